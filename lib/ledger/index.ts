export { claimOrder, holderOf } from './claims.ts';
export {
  type Decision,
  decide,
  owedWatermarks,
  type Single,
  type Snapshot,
  type Stale,
  type Statement,
} from './decide.ts';
export { RowFieldUnsafe } from './fields.ts';
export { hashesOf, SOME_EMPTY, sameHashes } from './hashes.ts';
export { identify, type Speaker } from './identity.ts';
export { type PruneCandidate, type PruneCause, type PruneLimit, pruneRefusal, type Refusal } from './prune.ts';
export { LONGEST_PATTERN, ledgerPattern, rangePattern } from './query.ts';
export {
  backendOf,
  type Claim,
  claimKey,
  decodeClaim,
  decodeClaims,
  decodeHosts,
  decodeIdentity,
  decodeIngress,
  decodeLedger,
  decodeRetired,
  decodeWatermark,
  EMPTY_LEDGER,
  encodeClaim,
  encodeIdentity,
  encodeIngress,
  encodeRetired,
  encodeWatermark,
  type FrontendPorts,
  frontendPortsOf,
  frontendsAt,
  type Hashes,
  hostDigest,
  type Identity,
  type IngressRecord,
  ingressKey,
  type Ledger,
  type LedgerRow,
  type Retired,
  redirectClaims,
  rowKeyOf,
  sameFrontendPorts,
  securePortOf,
  type Watermark,
} from './rows.ts';
export { decodeSetting, decodeSettings, encodeSetting, type Setting, settledSettings } from './settings.ts';
export { covers, obsolete, watermarkOver } from './watermarks.ts';
