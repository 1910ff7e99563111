export { type AuditReport, type AuditSettings, audit } from '../audit/audit.ts';
export { AUDIT_CODES, type AuditCode, type AuditFinding, driftIn, findingKind } from '../audit/findings.ts';
export type { RequestResync, Engine, EngineSettings, BatchReport } from './engine.ts';
export type { Outcome } from './report/ingress-outcome.ts';
export { reconcile } from './reconcile.ts';
export { planRemoval, type Removed, removeEverything } from '../removal/removal.ts';
export { type ServedTraffic, servedHosts } from '../removal/served-hosts.ts';
