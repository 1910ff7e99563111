import { outcomesQueueName } from '../../config/topology.ts';
import { type BusEvent, qualifiedName, type ReceivedEvent } from '../../contract/index.ts';
import {
  type ClusterSource,
  createForwarder,
  FileSequences,
  FolderSource,
  type Forwarder,
  MemorySequences,
  memoryReporter,
  type OutcomeSource,
  type Publisher,
  queueOutcomes,
} from '../../forwarder/index.ts';
import type { LocalCloud } from '../../local-aws/index.ts';
import type { Log } from '../../telemetry/index.ts';
import { silentTracing, tracedSource } from '../../tracing/index.ts';
import { observeGateways } from './gateway-remarks.ts';
import type { ServiceIndex } from './service-index.ts';
import { observeSelection } from './skipped.ts';
import { observeSolved } from './solved.ts';
import type { LocalStackOptions } from './stack-options.ts';

interface LocalForwarder {
  readonly cluster: string;
  readonly options: LocalStackOptions;
  readonly cloud: LocalCloud;
  readonly publisher: Publisher;
  readonly services: ServiceIndex;
  readonly log: Log;
}

/** Creates the forwarder of the folder; it is not started. */
export function createLocalForwarder(parts: LocalForwarder): Forwarder {
  const { cluster, options, cloud, publisher, services, log } = parts;
  const { stateDir, windowMs, ingressClasses = [], tracing = silentTracing, onProblem, onStatus } = options;
  const queueUrl = cloud.queue(outcomesQueueName(cluster)).url;
  const outcomes = tracedSource(queueOutcomes({ client: cloud.sqs, queueUrl, log }), tracing, Date.now);
  return createForwarder({
    cluster,
    clusterUid: `local-${cluster}`,
    source: folderSource(options),
    publisher: observePublisher(publisher, (event) => {
      services.learn(event);
      options.onEvent?.(event);
    }),
    outcomes: observeOutcomes(outcomes, (event) => options.onOutcome?.(event)),
    reporter: memoryReporter({
      status: ({ namespace, name }, addresses) => onStatus?.(`${namespace}/${name}`, addresses),
      finding: (ref, finding) => options.onFinding?.(qualifiedName(ref), finding),
      ...(onProblem === undefined ? {} : { problem: onProblem }),
    }),
    sequences: stateDir === undefined ? new MemorySequences() : new FileSequences(stateDir),
    settings: {
      classNames: ingressClasses,
      ...(options.gateway === undefined ? {} : { gateway: options.gateway }),
      ...(windowMs === undefined ? {} : { windowMs }),
    },
    log,
  });
}

function folderSource(options: LocalStackOptions): ClusterSource {
  const folder = observeGateways(new FolderSource(options.folder), options.gateway ?? {}, (object, finding) =>
    options.onFinding?.(object, finding),
  );
  const selected = observeSelection(folder, options.ingressClasses ?? [], {
    skipped: (ingress) => options.onSkipped?.(ingress),
    finding: (ingress, finding) => options.onFinding?.(ingress, finding),
    assumed: (name) => options.onClassAssumed?.(name),
  });
  return observeSolved(selected, (file) => options.onSolved?.(file));
}

/** Passes each event to the observer before it is sent: its outcome may come before the answer of the bus. */
function observePublisher(publisher: Publisher, observer: (event: BusEvent) => void): Publisher {
  return {
    async publish(events) {
      for (const event of events) observer(event);
      return publisher.publish(events);
    },
  };
}

/** Passes each outcome to the observer, after the forwarder handled it. */
function observeOutcomes(source: OutcomeSource, observer: (event: ReceivedEvent) => void): OutcomeSource {
  return {
    start: (handle) =>
      source.start(async (event) => {
        await handle(event);
        observer(event);
      }),
    stop: () => source.stop(),
  };
}
