export { type AuditReport, audit } from './audit.ts';
export type { AuditSettings } from './audit-settings.ts';
export { AUDIT_CODES, driftIn, findingKind } from './findings.ts';
