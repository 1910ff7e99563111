export { interpretTlsRoute } from './interpret.ts';
export { type GatewayFilter, selectedParents } from './parents.ts';
