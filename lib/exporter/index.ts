export { Exporter, type ExporterOptions } from './exporter.ts';
