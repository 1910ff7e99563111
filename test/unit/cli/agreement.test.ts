import { describe, expect, it } from 'vitest';
import { observeSelection, type SkippedIngress } from '../../../lib/cli/local/skipped.ts';
import { type Finding, isIngress } from '../../../lib/contract/index.ts';
import type { SourceSink } from '../../../lib/forwarder/index.ts';
import { desiredState } from '../../../lib/forwarder/state/desired-state.ts';
import { ClusterStore } from '../../../lib/forwarder/state/store.ts';
import { interpret, type K8sIngress, type K8sObject, lint } from '../../../lib/ingress/index.ts';
import type { Case } from '../../corpus/case.ts';
import { CLUSTER } from '../../corpus/cluster.ts';
import { CORPUS } from '../../corpus/index.ts';
import { rulesOf } from '../../corpus/run.ts';

const named = ({ code, path = '' }: Pick<Finding, 'code' | 'path'>): string => `${code} ${path}`;

/** Returns the findings of `nspass lint` for a folder. */
function linted({ classNames = [], ...entry }: Case): { selected: boolean; said: string[] } {
  const objects = [entry.ingress as K8sIngress, ...(entry.cluster ?? CLUSTER)];
  const places: string[] = [];
  const sources = objects.map((object) => ({ object, file: 'a', lineOf: (path: string) => places.push(path) }));
  const { findings, ingresses } = lint(sources, { rules: rulesOf(entry), classNames, partial: true });
  const paths = findings.map(({ code, line }) => named({ code, path: places[line - 1] ?? '' }));
  return { selected: ingresses === 1, said: paths.sort() };
}

/** Returns the findings of `nspass local`: from the selection, the forwarder and the rules of the functions. */
async function programmed({ classNames = [], ...entry }: Case): Promise<{ selected: boolean; said: string[] }> {
  const objects: K8sObject[] = [...(entry.cluster ?? CLUSTER), entry.ingress as K8sIngress];
  const store = new ClusterStore();
  const said: string[] = [];
  const told = {
    skipped: (_: SkippedIngress) => {
      // Whoever names classes knows that there are others: only lint keeps quiet then.
      if (classNames.length === 0) said.push('ClassNotOurs');
    },
    finding: (_: string, found: Finding) => said.push(named(found)),
    assumed: () => {},
  };
  const folder = {
    start: async (sink: SourceSink) => {
      for (const object of objects) sink.upsert(object);
      sink.problems([]);
      sink.synced(true);
    },
    stop: async () => {},
  };
  await observeSelection(folder, classNames, told).start({
    upsert: (object) => void store.upsert(object),
    remove: (kind, namespace, name) => void store.remove(kind, namespace, name),
    missing: () => {},
    synced: () => {},
    problems: () => {},
  });
  const { metadata } = entry.ingress as K8sIngress;
  const settings = { classNames, nodeAddressType: 'InternalIP', podAddressesForNodePort: false } as const;
  const { state } = desiredState(store, `${metadata.namespace}/${metadata.name}`, settings);
  const rules = { ...rulesOf(entry), mostFindings: Number.POSITIVE_INFINITY };
  if (state !== undefined && isIngress(state)) said.push(...interpret('local', state, rules).findings.map(named));
  return { selected: state !== undefined, said: said.sort() };
}

/** A class that is passed over has its place in lint's findings alone. */
const withoutPlace = (said: string[]): string[] => said.map((each) => each.replace(/^ClassNotOurs .*/, 'ClassNotOurs'));

/** Services whose EndpointSlices are not among the files: lint cannot know that they have none. */
const WITHOUT_SLICES = new Set(['a Service without slices', 'a slice of another Service', 'Local without slices']);

/** Without a name there is no object: no source hands such a manifest on. */
const isObject = ({ ingress, cluster = [] }: Case): boolean =>
  [ingress as K8sObject | undefined, ...cluster].every((each) => typeof each?.metadata?.name === 'string');

describe.each(Object.entries(CORPUS))('lint and local select and say the same: %s', (_, cases) => {
  const usable = cases.filter((entry) => entry.resolution === undefined && isObject(entry));
  it.each(usable.map((entry) => [`${entry.rule}: ${entry.name}`, entry] as const))('%s', async (_name, entry) => {
    const found = linted(entry);
    const local = await programmed(entry);
    const known = local.said.filter((each) => !WITHOUT_SLICES.has(entry.name) || !each.startsWith('NoEndpoints'));
    expect({ ...found, said: withoutPlace(found.said) }).toEqual({ ...local, said: known });
  });
});
