import { expect, it } from 'vitest';
import { ingress, path, rule, type Shape } from '../../corpus/case.ts';
import type { ApiAnswer } from '../../support/envtest.ts';
import { type AdmissionStage, type Manifest, namedCodes, refusedByPolicy } from './admission-stage.ts';

/** What an Ingress breaks that was there before the policy: an address, a host without TLS, another without a back end. */
const BEFORE: Shape = {
  annotations: { 'frontend-ip': 'none' },
  rules: [rule('a.test', path('/', 'web')), rule('b.test', path('/', 'web')), { host: 'c.test' }],
  tls: [{ hosts: ['b.test', 'c.test'] }],
};

const ANNOTATION = 'ingress.citrix.com/frontend-ip';

/** Changes of an Ingress, and what the policy says of them. */
export function updates(stage: () => AdmissionStage): void {
  const put = (name: string, shape: Shape, metadata: object = {}): Promise<ApiAnswer> => {
    const changed = ingress({ ...shape, metadata: { name, ...metadata } }) as Manifest;
    return stage().plane.call('PUT', stage().path('old', name), {
      ...changed,
      metadata: { ...changed.metadata, namespace: 'old' },
    });
  };
  const patch = (name: string, body: object): Promise<ApiAnswer> =>
    stage().plane.call('PATCH', stage().path('old', name), body);

  it.each<[string, (name: string) => Promise<ApiAnswer>]>([
    ['a label', (name) => patch(name, { metadata: { labels: { team: 'shop' } } })],
    ['an annotation of somebody else', (name) => patch(name, { metadata: { annotations: { 'example.com/a': 'b' } } })],
    ['a finalizer', (name) => patch(name, { metadata: { finalizers: ['example.com/hold'] } })],
    ['no finalizer any more', (name) => patch(name, { metadata: { finalizers: null } })],
    [
      'the status',
      (name) =>
        stage().plane.call('PATCH', `${stage().path('old', name)}/status`, {
          status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
        }),
    ],
    ['the same once more', (name) => put(name, BEFORE)],
    [
      'another Service and a new good host, in another order',
      (name) => {
        const tls = [{ hosts: ['d.test', 'c.test', 'b.test'] }];
        const rules = [rule('d.test', path('/', 'web')), { host: 'c.test' }, rule('a.test', path('/', 'api'))];
        return put(name, { ...BEFORE, rules, tls });
      },
    ],
  ])('an old bad Ingress gets %s → admitted', async (_, change) => {
    const answer = await change('before');
    expect([answer.status, answer.body.message, answer.warnings]).toEqual([200, undefined, []]);
  });

  it.each<[string, Shape, string, string]>([
    ['another bad value', { ...BEFORE, annotations: { 'frontend-ip': 'nowhere' } }, 'FrontendIPInvalid', '"nowhere"'],
    [
      'one more bad host',
      { ...BEFORE, tls: [{ hosts: ['c.test'] }] },
      'TLSNotEnabled',
      'TLS not enabled for the host: "b.test".',
    ],
    [
      'a break of another rule',
      { ...BEFORE, annotations: { 'frontend-ip': 'none', 'secure-port': '0' } },
      'PortInvalid',
      'secure-port is "0"',
    ],
  ])('an old bad Ingress gets %s → refused for that alone', async (_, shape, code, says) => {
    await put('worse', BEFORE);
    const answer = await put('worse', shape);
    expect(refusedByPolicy(answer), JSON.stringify(answer.body)).toBe(true);
    expect(namedCodes([answer.body.message])).toEqual([code]);
    expect(answer.body.message).toContain(says);
  });

  it('a fault that was corrected → refused when it comes back', async () => {
    expect((await patch('mended', { metadata: { annotations: { [ANNOTATION]: '192.0.2.1' } } })).status).toBe(200);
    const answer = await patch('mended', { metadata: { annotations: { [ANNOTATION]: 'none' } } });
    expect(namedCodes([answer.body.message])).toEqual(['FrontendIPInvalid']);
  });

  it('an Ingress with faults that becomes ours → refused', async () => {
    const annotations = { ...BEFORE.annotations, 'ssl-passthrough': 'false' };
    expect((await put('foreign', { ...BEFORE, annotations })).status).toBe(200);
    expect(refusedByPolicy(await put('foreign', BEFORE))).toBe(true);
    expect((await put('foreign', { ...BEFORE, annotations, className: 'nginx' })).status).toBe(200);
  });

  it('deletion → never refused, nor what a deletion waits for', async () => {
    await patch('deleted', { metadata: { finalizers: ['example.com/hold'] } });
    const asked = await stage().plane.call('DELETE', stage().path('old', 'deleted'));
    expect(asked.status).toBe(200);
    expect(
      (await stage().plane.call('GET', stage().path('old', 'deleted'))).body.metadata.deletionTimestamp,
    ).toBeDefined();
    // Whatever else a controller writes at the end.
    const answer = await patch('deleted', { metadata: { annotations: { [ANNOTATION]: 'gone' }, finalizers: null } });
    expect([answer.status, answer.body.message]).toEqual([200, undefined]);
    expect((await stage().plane.call('GET', stage().path('old', 'deleted'))).status).toBe(404);
  });
}

/** Creates the Ingresses of {@link updates} in the namespace `old`, before the policy is used there. */
export async function createOld(stage: AdmissionStage): Promise<void> {
  await stage.namespace('old');
  for (const name of ['before', 'worse', 'mended', 'foreign', 'deleted']) {
    const answer = await stage.create('old', ingress({ ...BEFORE, metadata: { name } }) as Manifest);
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  }
}
