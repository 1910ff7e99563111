export { AccessError, type ApiAccess } from './access.ts';
export { createApi, type KubernetesApi, segments } from './api.ts';
export { ApiError } from './api-error.ts';
export { KubernetesSource } from './cluster-source.ts';
export { clusterUid } from './cluster-uid.ts';
export { Election } from './election.ts';
export { fencedPublisher } from './fenced-publisher.ts';
export { inClusterAccess } from './in-cluster.ts';
export type { KindHealth } from './kind-state.ts';
export { resourceName } from './kinds.ts';
export { kubeconfigAccess } from './kubeconfig.ts';
export { type LeaseRecord, LeaseStore } from './lease.ts';
export { monotonicClock } from './monotonic.ts';
export { pause } from './pause.ts';
export { type ReadOptions, readOnce } from './read-once.ts';
export { KubernetesReporter, REPORTING_CONTROLLER } from './reporter.ts';
export { FORWARDER_RIGHTS, type ForwarderRight } from './rights.ts';
<<<<<<< HEAD
export { KubernetesStatusWriter } from './status-writer.ts';
=======
export { askGatewayApi, type ServedGatewayApi } from './served-gateway-api.ts';
>>>>>>> 53ee17b (Read the Gateway API of a live cluster for lint, plan and why)
export { LeadershipLost, type Term } from './term.ts';
