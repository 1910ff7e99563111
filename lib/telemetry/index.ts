/** The ports. What stands on Powertools is imported by its own path, so that the forwarder never loads it. */
export * from './catalogue.ts';
export * from './log.ts';
export * from './metrics.ts';
