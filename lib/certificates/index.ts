export { CertificateWatch } from './certificate-watch.ts';
export { DAY_MS, EXPIRY_REMEDY, type ExpiryStage, expiryStage, expiryText } from './expiry.ts';
export { type ProbeResult, probe } from './handshake.ts';
export { type HostCertificate, type LookOptions, lookAtCertificates } from './look.ts';
