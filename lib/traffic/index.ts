export { byteText } from './byte-text.ts';
export { readTraffic, type TrafficReader } from './read-traffic.ts';
export { summaryOf } from './summary.ts';
export type { ApplianceTraffic, BackendTraffic, FrontendTraffic, HelloRefusal, TrafficCounters } from './traffic.ts';
