import { hostname } from 'node:os';
import { present } from '../../contract/index.ts';
import { errorFields, jsonLog } from '../../telemetry/index.ts';
import { SPANS_LOST, TracingInvalid, tracingFromEnvironment } from '../../tracing/index.ts';
import { AccessError, type ApiAccess, inClusterAccess, kubeconfigAccess } from '../kubernetes/index.ts';
import { type ForwarderConfig, ForwarderConfigInvalid } from './config.ts';
import { LeaderElectedForwarder } from './leader-elected-forwarder.ts';
import { loadConfig } from './load-config.ts';
import { sampledLog } from './sampled-log.ts';

/** Time limit of a stop: Kubernetes would kill the process after 30 s, without a log line. */
const STOP_MS = 20_000;

/** Milliseconds for which spans are gathered before they are sent. */
const TRACES_MS = 5_000;

/** Exit status of a forwarder that cannot run as it is configured: a restart does not help. */
const MISCONFIGURED = 2;

async function access({ kubeconfig, context, tokenFolder }: ForwarderConfig['kubernetes']): Promise<ApiAccess> {
  if (kubeconfig === undefined && process.env.KUBERNETES_SERVICE_HOST !== undefined) {
    return inClusterAccess(present({ folder: tokenFolder }));
  }
  return kubeconfigAccess(kubeconfig, context);
}

async function main(): Promise<void> {
  const config = await loadConfig(process.env);
  const name = process.env.POD_NAME ?? hostname();
  const all = jsonLog({ level: config.log.level, fields: { cluster: config.cluster, pod: name } });
  const log = sampledLog(all, config.log.sampleAfter, Date.now);
  const tracing = tracingFromEnvironment({
    service: 'nspass-forwarder',
    intervalMs: TRACES_MS,
    onLoss: (spans, reason) => log.warn(SPANS_LOST, { spans, reason }),
  });
  const forwarder = new LeaderElectedForwarder({
    config,
    access: await access(config.kubernetes),
    name,
    log,
    tracing,
  });

  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    // A second signal ends the process at once.
    if (stopping) process.exit(1);
    stopping = true;
    log.info('the forwarder is stopping', { signal });
    setTimeout(() => {
      log.error('the forwarder did not stop in time; the process ends', { afterMs: STOP_MS });
      process.exit(1);
    }, STOP_MS).unref();
    const stopped = forwarder.stop().then(() => tracing.flush());
    stopped.then(
      () => log.info('the forwarder stopped'),
      (error: unknown) => {
        log.error('the forwarder stopped with an error', { error });
        process.exitCode = 1;
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGUSR2', () => {
    if (!forwarder.snapshot({ reason: 'signal', flagged: true }))
      log.warn('ignored a request for a snapshot: this replica does not lead');
  });

  await forwarder.start();
  log.info('the forwarder started', { ...forwarder.ports });
}

// No await here: the image's bundle is CommonJS.
main().catch((error: unknown) => {
  jsonLog().error('the forwarder cannot start', { error: errorFields(error) });
  const misconfigured = [ForwarderConfigInvalid, AccessError, TracingInvalid].some((kind) => error instanceof kind);
  process.exitCode = misconfigured ? MISCONFIGURED : 1;
});
