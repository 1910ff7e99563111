export type { BatchReport, Engine, EngineSettings, RequestResync } from './engine.ts';
export { reconcile } from './reconcile.ts';
export type { Outcome } from './report/ingress-outcome.ts';
