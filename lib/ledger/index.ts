export { beginningPatterns } from './beginnings.ts';
export {
  backendOf,
  CHALLENGES_CLAIMS,
  type Claim,
  claimOrder,
  claimsBeginning,
  claimsOnHosts,
  claimsPattern,
  decodeClaims,
  encodeClaim,
  holderOf,
  hostDigest,
  isChallengeClaim,
  isListenerClaim,
  LISTENER_CLAIMS,
  letsChallengesThrough,
  MANY_LABEL_CLAIMS,
  redirectClaims,
  securePortOf,
} from './claims.ts';
export {
  type Decision,
  decide,
  owedWatermarks,
  type Single,
  type Snapshot,
  type Stale,
  type Statement,
  speaksOf,
} from './decide.ts';
export { type Hashes, hasEmptyBackend, hashesOf, sameHashes } from './hashes.ts';
export { decodeHosts } from './hosts.ts';
export { encodeIdentity, type Identity, identify, type Speaker } from './identity.ts';
export { encodeIngress, INGRESS_ROWS, type IngressRecord, ingressKey, ownerKeyOfRow } from './ingress-record.ts';
export { decodeLedger, type Ledger } from './ledger.ts';
export { type PruneCandidate, type PruneCause, type PruneLimit, pruneRefusal, type Refusal } from './prune.ts';
export { LONGEST_PATTERN, ledgerPattern, rangePattern } from './query.ts';
export { namedFrontends, type RecordedFrontends, sameFrontends } from './recorded-frontends.ts';
export { decodeRetired, encodeRetired, type Retired } from './retired.ts';
export type { LedgerRow } from './rows.ts';
export { decodeSettings, effectiveSettings, encodeSetting, type Setting } from './settings.ts';
export {
  covers,
  encodeWatermark,
  highestOver,
  obsolete,
  type Watermark,
  watermarkOver,
} from './watermarks.ts';
