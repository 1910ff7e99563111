export { BACKEND_NAMES, Backends, DOWN, NOWHERE } from './backends.ts';
export type { ConformanceCase, Feature, Manifest } from './case.ts';
export { CASES } from './cases/index.ts';
export type { ClientEndpoint } from './clients/endpoint.ts';
export { hasProgram } from './clients/program.ts';
export { jsonConformance, junitConformance, type ReportHead, summary } from './report.ts';
export { type CaseResult, runCases } from './run.ts';
export type { ConformanceTarget } from './target.ts';
