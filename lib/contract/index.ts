export { acceptanceOf } from './acceptance.ts';
export { HybridClock } from './clock.ts';
export {
  type ArchivedEvent,
  archivedEvent,
  type BusEvent,
  type CloudEvent,
  EventInvalid,
  envelopeJson,
  explain,
  parseEnvelope,
  type ReceivedEvent,
  toEvent,
} from './envelope.ts';
export {
  ClusterSnapshot,
  DESIRED_STATE,
  type DetailType,
  EVENTS,
  type EventData,
  type EventOrigin,
  IngressChanged,
  IngressWithdrawn,
  MAX_SEQUENCE,
  OUTCOMES,
  type OutcomeType,
  ResyncRequested,
  SOURCES,
  TlsRouteSnapshot,
  WorkRequested,
} from './events.ts';
export { Finding } from './finding.ts';
export { toEvents } from './fit.ts';
export { GatewayState } from './gateway.ts';
export { BackendRef, IngressPath, IngressRule, IngressState, Member, ResolvedBackend } from './ingress.ts';
export { isDeeperThan } from './json-depth.ts';
export {
  base32,
  digest,
  EVERYTHING,
  IDENTITY_PATTERN,
  inRange,
  type KeyRange,
  keyPrefix,
  keySpaceOf,
  kindOfEvent,
  nameInCluster,
  nextPrefix,
  type Owner,
  objectOf,
  ownerKey,
  ownerOf,
  PREFIXES,
  prefixesIn,
  qualifiedName,
  type SourceKind,
  TLS_ROUTE_PREFIXES,
  TLS_ROUTES,
} from './key.ts';
export { CLUSTER_NAME, isLabel, isSubdomain, isUid } from './names.ts';
export { IngressFailed, PruneRefused } from './outcomes.ts';
export { present } from './present.ts';
export { resyncLists } from './resync.ts';
export { sameJson, sameJsonBut } from './same-json.ts';
export { eventBytes, jsonBytes, MAX_EVENT_BYTES, TARGET_EVENT_BYTES } from './size.ts';
export { backendsOf, isGateway, isIngress, isTlsRoute, kindOfState, type SourceState } from './source-state.ts';
export { stableJson } from './stable-json.ts';
export { compareText, firstOf, hostPort, visible } from './text.ts';
export { TlsRouteBackend, TlsRouteParent, TlsRouteState } from './tls-route.ts';
export { parseTraceparent, type TraceContext, traceOf, traceparentOf } from './trace-context.ts';
export { parseTriggerTime } from './trigger-time.ts';
export { matchesParts } from './wildcard.ts';
