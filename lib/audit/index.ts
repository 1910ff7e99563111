export { type AuditReport, audit } from './audit.ts';
export type { AuditSettings } from './audit-settings.ts';
export { AUDIT_CODES, type AuditCode, type AuditFinding, driftIn, findingKind } from './findings.ts';
