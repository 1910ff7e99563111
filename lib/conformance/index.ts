export { BACKEND_NAMES, Backends, DOWN, NOWHERE } from './backends.ts';
export type {
  CaseScope,
  ConformanceCase,
  Limits,
  Manifest,
  SuiteNode,
} from './case.ts';
export { CASES } from './cases/index.ts';
export { NODE_PORTS } from './cases/nodes.ts';
export { clientSetup } from './clients/client-setup.ts';
export { clientVersions } from './clients/client-versions.ts';
export type { ClientEndpoint } from './clients/endpoint.ts';
export { FEATURES, type Feature } from './features.ts';
export { PROFILE_NAMES, type Profile, type ProfileName, profileOf } from './profile.ts';
export { jsonConformance, junitConformance, type ReportHead, summary } from './report.ts';
export { type CaseResult, runCases } from './run.ts';
export type { ConformanceTarget } from './target.ts';
