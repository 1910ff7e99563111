export { type AuditReport, audit } from './audit.ts';
export type { Outcome } from './outcomes.ts';
export { type Engine, type EngineSettings, type Report, reconcile } from './reconcile.ts';
