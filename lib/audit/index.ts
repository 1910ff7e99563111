export { type AuditReport, type AuditSettings, audit } from './audit.ts';
export { AUDIT_CODES, type AuditCode, type AuditFinding, driftIn, findingKind } from './findings.ts';
