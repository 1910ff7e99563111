export { classStatus, type GatewayCrd } from './class-status.ts';
export { gatewayFindings, type JudgedGateway, judgeGateway } from './gateway.ts';
export { isOurClass } from './gateway-class.ts';
export { gatewayState } from './gateway-state.ts';
export { type GatewayConfirmation, gatewayStatus } from './gateway-status.ts';
export { interpretSource } from './interpret-source.ts';
export { judgeClass } from './judge.ts';
export { assumedGatewayClass, selectTlsRoutes } from './judge-objects.ts';
export { gatewayOf, type JudgedRoute, judgeRoute } from './judged-route.ts';
export type {
  GatewayKind,
  GatewayObject,
  K8sGateway,
  K8sGatewayClass,
  K8sNamespace,
  K8sReferenceGrant,
  K8sTlsRoute,
} from './kubernetes.ts';
export { type LintedGatewayObject, lintGateways } from './lint.ts';
export { nameOfKind } from './object-name.ts';
export { TLS_ROUTE_ANNOTATIONS } from './own-settings.ts';
export type { GatewayFilter } from './parents.ts';
export { type Grants, grantsOf } from './reference-grant.ts';
export { rememberedConfirmation } from './remembered.ts';
export { type AssignedAddresses, tlsRouteState } from './route-state.ts';
export { routeStatus } from './route-status.ts';
export { GATEWAY_CONTROLLER, type GatewaySettings } from './settings.ts';
export type { GatewayView } from './view.ts';
export { tlsRouteBackendName } from './weighted-backend.ts';
