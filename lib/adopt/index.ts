export { type AdoptionCandidates, candidatesOf } from './candidates.ts';
export { type AdoptContext, AdoptionStopped, readLedger, sequencesAbove } from './context.ts';
export type { Incumbent } from './incumbent.ts';
export {
  type AdoptionVerdict,
  type FrontendVerdict,
  HOST_STATES,
  type HostVerdict,
  judge,
  plainServers,
} from './judge.ts';
export { readIncumbent, readRecords } from './read-incumbent.ts';
export type { AdoptionRecord } from './record.ts';
export { renameServer } from './rename.ts';
export {
  finishAll,
  giveBackAll,
  type HandedOver,
  type LookAtHost,
  restoreUnused,
  takeOverAll,
} from './run.ts';
export { type HostSelection, selectToGiveBack, selectToTake } from './selection.ts';
