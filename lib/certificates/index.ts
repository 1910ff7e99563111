export { EXPIRY_REMEDY, expiryStage, expiryText } from './expiry.ts';
export { type ProbeResult, probe } from './handshake.ts';
export { type HostCertificate, type LookOptions, lookAtCertificates } from './look.ts';
