export { type LintedGatewayObject, lintGateways } from './lint.ts';
export { nameOfKind } from './object-name.ts';
