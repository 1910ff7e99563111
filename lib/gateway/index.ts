export { interpretTlsRoute } from './interpret.ts';
export { type LintedGatewayObject, lintGateways } from './lint.ts';
export { nameOfKind } from './object-name.ts';
export { type GatewayFilter, selectedParents } from './parents.ts';
