import { type Finding, qualifiedName } from '../../contract/index.ts';
import type { IngressEvent, IngressRef, Reporter } from '../ports.ts';
import type { SourceProblem } from '../source/source.ts';

export interface ReporterCallbacks {
  /** Takes the new addresses of an Ingress. */
  readonly status?: (ref: IngressRef, addresses: readonly string[]) => void;
  readonly event?: (ref: IngressRef, event: IngressEvent) => void;
  /** Takes a finding that no outcome carries: the forwarder itself found it. */
  readonly finding?: (ref: IngressRef, finding: Finding) => void;
  readonly problem?: (problem: SourceProblem) => void;
}

/** Reports to callbacks, where no API server holds the status. It keeps the addresses of Ingresses in memory. */
export function memoryReporter(callbacks: ReporterCallbacks): Reporter {
  const there = new Map<string, readonly string[]>();
  return {
    status(ref, change) {
      const name = qualifiedName(ref);
      const before = there.get(name) ?? [];
      const now = change(before);
      if (now.length === 0) there.delete(name);
      else there.set(name, now);
      if (now.join() !== before.join()) callbacks.status?.(ref, now);
    },
    event(ref, event) {
      callbacks.event?.(ref, event);
    },
    finding(ref, finding) {
      callbacks.finding?.(ref, finding);
    },
    problem(problem) {
      callbacks.problem?.(problem);
    },
  };
}
