export { EXPIRY_REMEDY, type ExpiryStage, expiryStage, expiryText } from './expiry.ts';
export { type ProbeResult, probe } from './handshake.ts';
export { type HostCertificate, type LookOptions, lookAtCertificates, type ProbedHost } from './look.ts';
