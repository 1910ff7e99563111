export { CertificateWatch } from './certificate-watch.ts';
export { Exporter, type ExporterOptions } from './exporter.ts';
export { readTraffic } from './read-traffic.ts';
