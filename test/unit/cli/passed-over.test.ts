import { describe, expect, it } from 'vitest';
import { type PassedOver, tellPassedOver } from '../../../lib/cli/local/passed-over.ts';
import type { ClusterSource, SourceSink } from '../../../lib/forwarder/index.ts';
import type { K8sIngress, K8sIngressClass } from '../../../lib/ingress/index.ts';

const ON = { 'ingress.citrix.com/ssl-passthrough': 'true' };

function ingress(annotations: Record<string, string>, ingressClassName?: string): K8sIngress {
  return {
    kind: 'Ingress',
    metadata: { namespace: 'default', name: 'a', annotations },
    spec: ingressClassName === undefined ? {} : { ingressClassName },
  };
}

const classNamed = (name: string, controller = 'citrix.com/ingress-controller'): K8sIngressClass => ({
  kind: 'IngressClass',
  metadata: { name, namespace: '' },
  spec: { controller },
});

/** A source that says what the test does; what was passed over, and what came through. */
async function watched(classNames: readonly string[] = []) {
  let sink: SourceSink | undefined;
  const source: ClusterSource = {
    start: async (given) => {
      sink = given;
    },
    stop: async () => {},
  };
  const passed: PassedOver[] = [];
  const through: string[] = [];
  await tellPassedOver(source, classNames, (each) => passed.push(each)).start({
    upsert: ({ kind }) => through.push(`upsert ${kind}`),
    remove: (kind) => through.push(`remove ${kind}`),
    missing: (kind) => through.push(`missing ${kind}`),
    synced: () => through.push('synced'),
    problems: () => through.push('problems'),
  });
  if (sink === undefined) throw new Error('not started');
  return { sink, passed, through };
}

describe('SEL-2 in a folder: passthrough is asked for, and the class is not ours', () => {
  const nginx = classNamed('nginx', 'k8s.io/ingress-nginx');
  it.each<[string, K8sIngress, readonly K8sIngressClass[], readonly string[], readonly PassedOver[]]>([
    ['a class without object', ingress(ON, 'ns'), [], [], [{ ingress: 'default/a', class: 'ns' }]],
    [
      'an annotated class without object',
      ingress({ ...ON, 'kubernetes.io/ingress.class': 'ns' }),
      [],
      [],
      [{ ingress: 'default/a', class: 'ns' }],
    ],
    ['a class of another controller', ingress(ON, 'nginx'), [nginx], [], [{ ingress: 'default/a', class: 'nginx' }]],
    ['no class, where classes are named', ingress(ON), [], ['ns'], [{ ingress: 'default/a' }]],
    ['a class of ours', ingress(ON, 'ns'), [classNamed('ns')], [], []],
    ['an annotated class that is named', ingress({ ...ON, 'kubernetes.io/ingress.class': 'ns' }), [], ['ns'], []],
    ['no class', ingress(ON), [], [], []],
    ['SEL-4: no passthrough', ingress({}, 'nginx'), [nginx], [], []],
    ['passthrough off', ingress({ 'ingress.citrix.com/ssl-passthrough': 'false' }, 'nginx'), [nginx], [], []],
  ])('%s', async (_, object, classes, classNames, expected) => {
    const { sink, passed } = await watched(classNames);
    for (const each of [object, ...classes]) sink.upsert(each);
    sink.problems([]);
    expect(passed).toEqual(expected);
  });

  it('is said once, not at all once the class is there, and again when that goes', async () => {
    const { sink, passed } = await watched();
    sink.upsert(ingress(ON, 'ns'));
    sink.problems([]);
    sink.problems([]);
    expect(passed).toHaveLength(1);
    sink.upsert(classNamed('ns'));
    sink.problems([]);
    expect(passed).toHaveLength(1);
    sink.remove('IngressClass', '', 'ns');
    sink.problems([]);
    expect(passed).toHaveLength(2);
  });

  it('lets everything through', async () => {
    const { sink, through } = await watched();
    sink.upsert(ingress(ON));
    sink.synced(true);
    sink.problems([]);
    sink.remove('Ingress', 'default', 'a');
    expect(through).toEqual(['upsert Ingress', 'synced', 'problems', 'remove Ingress']);
  });
});
