export { apply } from './apply.ts';
export type { Applied, DoneChanges, Failure } from './apply-progress.ts';
export { BegunPlan } from './begun-plan.ts';
export { NitroClient, type NitroClientOptions } from './client.ts';
export type { TlsTrust } from './connections.ts';
export { isTransient, kindOf, NitroError, type NitroErrorKind, NitroUnreachable } from './errors.ts';
export {
  countOtherClaims,
  type FrontendInventory,
  findBackends,
  type InventoryContext,
  isOurs,
  KeptParts,
  mapRow,
  patternsOf,
  readAllFrontends,
  readBackends,
  readFrontend,
  readFrontends,
  readFrontendsThere,
  readMap,
  readMaps,
  readMapsBeside,
  readMembers,
  readOwners,
  readPolicyBindings,
  readProxyProfiles,
  readSomePolicyBindings,
  readSystem,
  toResource,
} from './inventory/index.ts';
export { Limiter } from './limiter.ts';
export { CallsUnderWay } from './overlap.ts';
export { anyOf, escapePattern } from './path.ts';
export {
  commandPolicies,
  engineCommands,
  onlyReads,
  PERMITTED,
  type PermittedOperation,
} from './permissions.ts';
export type {
  BatchQuery,
  ItemResult,
  MemberList,
  NitroItem,
  NitroQuery,
  NitroReader,
  NitroRow,
  NitroWriter,
  RemovalItem,
  StatisticsReader,
} from './ports.ts';
export { rowsIfAllowed } from './rows-if-allowed.ts';
export { NitroSession, type SessionOptions } from './session.ts';
export { createTransport, type HttpAnswer, type HttpCall, type Transport } from './transport.ts';
export { endpointOf } from './unreachable.ts';
