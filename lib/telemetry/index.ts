/** The ports of log and metrics. Implementations with Powertools have their own path, so that the forwarder never loads them. */
export { METRICS, METRICS_NAMESPACE, type MetricName } from './catalogue.ts';
export {
  errorFields,
  errorMessage,
  jsonLog,
  LOG_LEVELS,
  type Log,
  type LogFields,
  type LogLevel,
  silentLog,
} from './log.ts';
export { type Metrics, memoryMetrics, silentMetrics } from './metrics.ts';
