export { clean, findOwn, type Left } from './clean.ts';
export { planVerification, type VerificationPlan } from './plan.ts';
export type { FreeFrontEnd, ProbeObject, VerificationSettings } from './settings.ts';
export { ProbeTools } from './tools.ts';
export { probePolicies } from './user.ts';
export { type Verification, type VerificationOptions, verify } from './verify.ts';
export { WAITS, type Waits, type Wire } from './wire.ts';
