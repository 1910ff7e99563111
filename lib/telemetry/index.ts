/** The ports. What stands on Powertools is imported by its own path, so that the forwarder never loads it. */
export { METRICS, METRICS_NAMESPACE, type MetricName } from './catalogue.ts';
export { errorFields, jsonLog, LOG_LEVELS, type Log, type LogFields, type LogLevel, silentLog } from './log.ts';
export { type Metrics, memoryMetrics, silentMetrics } from './metrics.ts';
