export { Exporter, type ExporterOptions } from './exporter.ts';
export { readTraffic } from './read-traffic.ts';
