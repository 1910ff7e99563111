import { describe, expect, it } from 'vitest';
import { observeSelection, type SkippedIngress } from '../../../lib/cli/local/skipped.ts';
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
  const passed: SkippedIngress[] = [];
  const through: string[] = [];
  const remarks: string[] = [];
  const assumed: string[] = [];
  const told = {
    skipped: (each: SkippedIngress) => passed.push(each),
    finding: (name: string, { code }: { code: string }) => remarks.push(`${name} ${code}`),
    assumed: (name: string) => assumed.push(name),
  };
  await observeSelection(source, classNames, told).start({
    upsert: ({ kind, metadata }) => through.push(`upsert ${kind} ${metadata.name}`),
    remove: (kind, _, name) => through.push(`remove ${kind} ${name}`),
    missing: (kind) => through.push(`missing ${kind}`),
    synced: () => through.push('synced'),
    problems: () => through.push('problems'),
  });
  if (sink === undefined) throw new Error('not started');
  return { sink, passed, through, remarks, assumed };
}

describe('SEL-2 in a folder: passthrough is asked for, and the class is not ours', () => {
  const nginx = classNamed('nginx', 'k8s.io/ingress-nginx');
  it.each<[string, K8sIngress, readonly K8sIngressClass[], readonly string[], readonly SkippedIngress[]]>([
    ['a class without object is taken for ours', ingress(ON, 'ns'), [], [], []],
    ['an annotated one, too', ingress({ ...ON, 'kubernetes.io/ingress.class': 'ns' }), [], [], []],
    ['a class that everybody knows', ingress(ON, 'nginx'), [], [], [{ ingress: 'default/a', class: 'nginx' }]],
    [
      'an annotated one that everybody knows',
      ingress({ ...ON, 'kubernetes.io/ingress.class': 'nginx' }),
      [],
      [],
      [{ ingress: 'default/a', class: 'nginx' }],
    ],
    ['a class that is not named', ingress(ON, 'ns'), [], ['other'], [{ ingress: 'default/a', class: 'ns' }]],
    ['a class that is named and not in the folder', ingress(ON, 'ns'), [], ['ns'], []],
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

  it('is said once, not at all once the class is ours, and again when that goes', async () => {
    const { sink, passed } = await watched();
    sink.upsert(ingress(ON, 'nginx'));
    sink.problems([]);
    sink.problems([]);
    expect(passed).toHaveLength(1);
    sink.upsert(classNamed('nginx'));
    sink.problems([]);
    expect(passed).toHaveLength(1);
    sink.remove('IngressClass', '', 'nginx');
    sink.problems([]);
    expect(passed).toHaveLength(2);
  });

  it('lets everything through', async () => {
    const { sink, through } = await watched();
    sink.upsert(ingress(ON));
    sink.problems([]);
    sink.synced(true);
    sink.remove('Ingress', 'default', 'a');
    expect(through).toEqual(['upsert Ingress a', 'problems', 'synced', 'remove Ingress a']);
  });
});

describe('SEL-2 in a folder: a class that is not there is taken for ours', () => {
  it('the forwarder gets it before all is told, once, and loses it with its last Ingress', async () => {
    const { sink, through, assumed } = await watched();
    sink.upsert(ingress(ON, 'NS'));
    sink.problems([]);
    sink.problems([]);
    sink.remove('Ingress', 'default', 'a');
    sink.problems([]);
    expect(assumed).toEqual(['ns']);
    expect(through).toEqual([
      'upsert Ingress a',
      'upsert IngressClass ns',
      'problems',
      'problems',
      'remove Ingress a',
      'remove IngressClass ns',
      'problems',
    ]);
  });

  it('the one that comes takes its place, and it comes back when that goes', async () => {
    const { sink, through, assumed } = await watched();
    sink.upsert(ingress(ON, 'ns'));
    sink.problems([]);
    sink.upsert(classNamed('ns'));
    sink.problems([]);
    sink.remove('IngressClass', '', 'ns');
    sink.problems([]);
    expect(assumed).toEqual(['ns', 'ns']);
    expect(through.filter((each) => each.includes('Class'))).toEqual([
      'upsert IngressClass ns',
      'upsert IngressClass ns',
      'remove IngressClass ns',
      'upsert IngressClass ns',
    ]);
  });

  it('not for an Ingress that does not ask', async () => {
    const { sink, through } = await watched();
    sink.upsert(ingress({}, 'ns'));
    sink.problems([]);
    expect(through).toEqual(['upsert Ingress a', 'problems']);
  });
});

describe('what a folder hears and a cluster does not (SEL-4)', () => {
  it('an annotation that nearly asks, and a value that cannot be read: each once', async () => {
    const { sink, remarks } = await watched();
    const named = (name: string, annotations: Record<string, string>) => ({
      ...ingress(annotations),
      metadata: { namespace: 'default', name, annotations },
    });
    sink.upsert(named('a', { 'ingress.citrix.com/ssl-passthru': 'true' }));
    sink.upsert(named('b', { 'ingress.citrix.com/ssl-passthrough': 'yes' }));
    sink.upsert(named('c', { ...ON, 'service.citrix.com/frontend-ip': '192.0.2.1' }));
    sink.upsert(named('d', {}));
    sink.problems([]);
    sink.problems([]);
    expect(remarks).toEqual([
      'default/a PassthroughNotRequested',
      'default/b InvalidAnnotation',
      'default/c AnnotationMisplaced',
    ]);
  });
});
