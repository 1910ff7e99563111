export { type AuditReport, audit } from './audit.ts';
export type { Engine, EngineSettings, Report } from './engine.ts';
export type { Outcome } from './outcomes.ts';
export { reconcile } from './reconcile.ts';
