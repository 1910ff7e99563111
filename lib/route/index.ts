export {
  ACCESS_LISTS,
  type Access,
  type AccessList,
  accessDigest,
  accessIn,
  settingsBesideAccess,
} from './access.ts';
export {
  backendKey,
  backendText,
  canonical,
  canonicalMembers,
  countedRoutes,
  frontendKey,
  frontendsOf,
} from './canonical.ts';
export { CHALLENGE_PREFIX, challengeName, longestChallenge, tokenIn } from './challenge.ts';
export { coversName, type HostForm, hostForm, wildcardsOver, writtenHost } from './host-form.ts';
export {
  type Attributes,
  type Backend,
  type BackendKey,
  type BackendSettings,
  backendRef,
  type Challenge,
  type Frontend,
  type HostRoute,
  hostOf,
  type Listener,
  type Passthrough,
  PROXY_VERSIONS,
  type ProxyVersion,
  type Route,
  type RouteSet,
  type WeightedMember,
} from './route.ts';
export { type ServiceShare, spreadOver } from './weights.ts';
