export { CertificateWatch } from './certificate-watch.ts';
export { Exporter, type ExporterOptions } from './exporter.ts';
export { readTraffic } from './read-traffic.ts';
export { summaryOf } from './summary.ts';
export type { ApplianceTraffic } from './traffic.ts';
