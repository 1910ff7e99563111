import { expect, it } from 'vitest';
import { MOST } from '../../../scripts/admission-facts.ts';
import { ingress, path, rule, type Shape } from '../../corpus/case.ts';
import { type AdmissionStage, type Manifest, namedCodes, refusedByPolicy } from './admission-stage.ts';

const host = (index: number): string => `host-${String(index).padStart(5, '0')}.shop.example.com`;
const longHost = (index: number): string => `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${host(index)}`;
const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const paths = (count: number, service: (index: number) => string): object[] =>
  many(count, (at) => path(at === 0 ? '/' : `/${at}`, service(at)));

const ALL = [{ secretName: 'cert' }];
const { rules: MOST_RULES, paths: MOST_PATHS } = MOST;
const PATHS_OF_RULE = Math.floor(MOST_PATHS / MOST_RULES);

/** Ingresses of a size that cost most, each in another way. */
const SHAPES: Readonly<Record<string, (rules: number) => Shape>> = {
  'an entry of tls for each host': (rules) => ({
    hosts: many(rules, host),
    tls: many(rules, (at) => ({ hosts: [host(at)] })),
  }),
  'hosts without tls': (rules) => ({ hosts: many(rules, host), tls: [{ hosts: many(rules, (at) => `x${host(at)}`) }] }),
  'each host twice': (rules) => ({ hosts: many(rules, (at) => host(at >> 1)), tls: ALL }),
  'one host': (rules) => ({ hosts: many(rules, () => host(0)), tls: ALL }),
  'one host with a back end for each rule': (rules) => ({
    rules: many(rules, (at) => rule(host(0), path('/', `web-${at}`))),
    tls: ALL,
  }),
  'as many paths as are judged': (rules) => ({
    rules: many(rules, (at) => rule(host(at), ...paths(PATHS_OF_RULE, (number) => `web-${number}`))),
    tls: many(rules, (at) => ({ hosts: [host(at)] })),
  }),
  'one host with as many paths as are judged': () => ({
    rules: [rule(host(0), ...paths(MOST_PATHS, (at) => `web-${at}`))],
    tls: ALL,
  }),
  'long hosts': (rules) => ({ hosts: many(rules, longHost), tls: many(rules, (at) => ({ hosts: [longHost(at)] })) }),
  'hosts that are invalid': (rules) => ({ hosts: many(rules, (at) => `${'a'.repeat(64)}.${host(at)}`) }),
};

const OLD_LARGE = Object.entries(SHAPES).flatMap(([name, shape], index) =>
  [70, MOST_RULES].map((rules) => ({ name, rules, shape, id: `large-${index}-${rules}` })),
);

/** Creates large Ingresses in the namespace `large`, before the policy is used there. */
export async function createLarge(stage: AdmissionStage): Promise<void> {
  await stage.namespace('large');
  for (const { id, shape, rules } of OLD_LARGE) {
    const answer = await stage.create('large', ingress({ ...shape(rules), metadata: { name: id } }) as Manifest);
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  }
}

/** The cost that the API server allows. Where an expression exceeds it, `failurePolicy: Fail` refuses with its error. */
export function limits(stage: () => AdmissionStage): void {
  const judge = (shape: Shape) => stage().judge('fail', ingress(shape) as Manifest);

  it.each(
    Object.entries(SHAPES).flatMap(([name, shape]) =>
      [2, 70, 140, MOST_RULES, MOST_RULES + 1, 2_000].map((rules) => ({ name, rules, shape })),
    ),
  )('$rules rules: $name → judged without an error', async ({ rules, shape }) => {
    const answer = await judge(shape(rules));
    // Either admitted, or refused by a rule and not by an expression that failed.
    if (answer.status !== 201) {
      expect(refusedByPolicy(answer), JSON.stringify(answer.body)).toBe(true);
      expect(namedCodes([answer.body.message]), answer.body.message).toHaveLength(1);
    }
  });

  it.each(OLD_LARGE)('$name: an update of an old one of $rules rules → judged without an error', async (old) => {
    const put = (shape: Shape) => {
      const given = ingress({ ...shape, metadata: { name: old.id, namespace: 'large' } }) as Manifest;
      return stage().plane.call('PUT', stage().path('large', old.id), given);
    };
    const { annotations = {}, ...shape } = old.shape(old.rules);
    const same = await put({ ...shape, annotations: { ...annotations, 'example.com/touched': 'yes' } });
    expect([same.status, same.body.message]).toEqual([200, undefined]);
    const worse = await put({ ...shape, annotations: { 'secure-port': '0' } });
    expect(namedCodes([worse.body.message]), worse.body.message).toEqual(['PortInvalid']);
  });

  it('the most rules → a single bad host is found', async () => {
    const hosts = many(MOST_RULES, host);
    const answer = await judge({ hosts, tls: [{ hosts: hosts.slice(0, -1) }] });
    expect(answer.body.message).toContain(`TLS not enabled for the host: "${hosts.at(-1)}".`);
  });

  it('more rules than are judged → hosts are not judged, annotations are', async () => {
    const large = { hosts: many(5_000, host), tls: [{ hosts: ['other.test'] }] };
    expect((await judge(large)).status).toBe(201);
    const answer = await judge({ ...large, annotations: { 'secure-port': '0' } });
    expect(namedCodes([answer.body.message])).toEqual(['PortInvalid']);
  });

  it('annotations of the largest size → judged without an error', async () => {
    for (const text of ['x'.repeat(200_000), `${' '.repeat(200_000)}443`, '\u0001'.repeat(200_000)]) {
      const answer = await judge({ annotations: { 'secure-port': text } });
      expect(namedCodes([answer.body.message]), answer.body.message).toEqual(['PortInvalid']);
    }
  });
}
