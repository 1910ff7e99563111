import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMISSION_RULES } from '../../../scripts/admission-rules.ts';
import { ingress, path, rule, type Shape } from '../../corpus/case.ts';
import { CORPUS } from '../../corpus/index.ts';
import { NO_ASSETS, requireAssets } from '../../support/envtest.ts';
import { runs } from '../../support/patience.ts';
import { anyIngress } from './admission-arbitrary.ts';
import { admissionChart } from './admission-chart.ts';
import { createLarge, limits } from './admission-limits.ts';
import { AdmissionStage, lintCodes, type Manifest, namedCodes, refusedByPolicy } from './admission-stage.ts';
import { createOld, updates } from './admission-updates.ts';

const assets = await requireAssets();
const manifest = (shape: Shape): Manifest => ingress(shape) as Manifest;
const noHttp = (host: string): object => ({ host });
const resource = { apiGroup: 'k8s.example.com', kind: 'StorageBucket', name: 'files' };
const toResource = { path: '/', pathType: 'Prefix', backend: { resource } };
const LONG_LABEL = `${'a'.repeat(64)}.example.com`;

interface RuleCase {
  readonly list: (typeof ADMISSION_RULES)[number]['list'];
  readonly bad: Shape;
  /** What the message says before the remedy. */
  readonly says: string;
  readonly good: Shape;
}

const CASES: readonly RuleCase[] = [
  {
    list: 'notAddresses',
    bad: { annotations: { 'frontend-ip': '192.0.2.10:443' } },
    says: 'Invalid front-end address: ingress.citrix.com/frontend-ip is "192.0.2.10:443". Write one address',
    good: { annotations: { 'frontend-ip': ' 192.0.2.10\n' } },
  },
  {
    list: 'reservedAddresses',
    bad: { annotations: { 'frontend-ip': '127.0.0.1' } },
    says: 'Invalid front-end address: ingress.citrix.com/frontend-ip is "127.0.0.1". A front end cannot have',
    good: { annotations: { 'frontend-ip': '2001:db8::10' } },
  },
  {
    list: 'invalidSecurePorts',
    bad: { annotations: { 'secure-port': '65536' } },
    says: 'Invalid port: ingress.citrix.com/secure-port is "65536". Write a port number from 1 to 65535.',
    good: { annotations: { 'secure-port': '65535' } },
  },
  {
    list: 'invalidInsecurePorts',
    bad: { annotations: { 'insecure-port': 'http' } },
    says: 'Invalid port: ingress.citrix.com/insecure-port is "http". Write a port number from 1 to 65535.',
    good: { annotations: { 'insecure-port': '8080' } },
  },
  {
    list: 'equalPorts',
    bad: { annotations: { 'secure-port': '80', 'insecure-termination': 'Redirect' } },
    says: 'Invalid port: insecure-port and secure-port are both "80". Choose two different ports.',
    good: { annotations: { 'secure-port': '80', 'insecure-termination': 'disallow' } },
  },
  {
    list: 'rulesWithoutHost',
    bad: { rules: [rule('shop.example.com', path('/', 'web')), rule(undefined, path('/', 'web'))] },
    says: 'Rule without a host: spec.rules. Add a host to the rule.',
    good: { rules: [rule('shop.example.com', path('/', 'web'))] },
  },
  {
    list: 'onlyDefaultBackend',
    bad: { rules: [], spec: { defaultBackend: { service: { name: 'web', port: { number: 443 } } } } },
    says: 'Only a default back end: spec.defaultBackend. Add a rule with a host.',
    good: { spec: { defaultBackend: { service: { name: 'web', port: { number: 443 } } } } },
  },
  {
    list: 'invalidHosts',
    bad: { hosts: [LONG_LABEL] },
    says: `Invalid host name: "${LONG_LABEL}". Write a DNS name`,
    good: { hosts: [LONG_LABEL.slice(1)] },
  },
  {
    list: 'uncoveredHosts',
    bad: { hosts: ['a.example.com', 'b.a.example.com'], tls: [{ hosts: ['*.example.com'] }] },
    says: 'TLS not enabled for the host: "b.a.example.com". Add the host to an entry of spec.tls',
    good: { hosts: ['a.example.com', 'b.a.example.com'], tls: [{ hosts: ['*.example.com', 'b.a.example.com'] }] },
  },
  {
    list: 'undecidedHosts',
    bad: {
      rules: [rule('a.test', path('/x', 'web')), rule('b.test', path('/', 'web')), rule('a.test', path('/y', 'api'))],
    },
    says: 'Several back ends for one host: "a.test". Give path / exactly one back end',
    good: {
      rules: [rule('a.test', path('/', 'web')), rule('b.test', path('/', 'web')), rule('a.test', path('/y', 'api'))],
    },
  },
  {
    list: 'hostsWithoutBackend',
    bad: { rules: [noHttp('a.test'), rule('b.test', path('/', 'web'))] },
    says: 'Host without a back end: "a.test". Add a path with a Service and port to the rule.',
    good: { rules: [noHttp('a.test'), rule('a.test', path('/', 'web'))] },
  },
  {
    list: 'resourceHosts',
    bad: { rules: [rule('a.test', toResource, path('/x', 'web'))] },
    says: 'Back end that is not a Service: "a.test". Name a Service and port as the back end.',
    good: { rules: [rule('a.test', { ...toResource, path: '/files' }, path('/', 'web'))] },
  },
];

describe.skipIf(assets === undefined)(`the admission policy (${assets === undefined ? NO_ASSETS : 'envtest'})`, () => {
  let stage: AdmissionStage;

  beforeAll(async () => {
    stage = await AdmissionStage.set(assets as string);
    for (const name of ['deny', 'warn', 'fail']) await stage.namespace(name, { policy: name });
    await stage.namespace('other');
    await createOld(stage);
    await createLarge(stage);
    await stage.install('deny');
    await stage.install('warn', { validationActions: ['Warn', 'Audit'] });
    await stage.install('fail', { failurePolicy: 'Fail', withoutClass: true });
    for (const name of ['old', 'large']) {
      await stage.plane.ok('PATCH', `/api/v1/namespaces/${name}`, { metadata: { labels: { policy: name } } });
      await stage.install(name, { failurePolicy: 'Fail' });
    }
  });
  afterAll(() => stage?.clear());

  it('has a case for every rule', () => {
    expect(CASES.map(({ list }) => list)).toEqual(ADMISSION_RULES.map(({ list }) => list));
  });

  describe.each(CASES)('rule $list', ({ list, bad, says, good }) => {
    const { code } = ADMISSION_RULES.find((each) => each.list === list) as (typeof ADMISSION_RULES)[number];

    it('a bad Ingress → refused, with the texts of the finding', async () => {
      const answer = await stage.judge('deny', manifest(bad));
      expect(refusedByPolicy(answer), JSON.stringify(answer.body)).toBe(true);
      expect(answer.body.message).toContain(says);
      expect(answer.body.message).toContain(`(nspass explain ${code})`);
    });

    it('a good Ingress → admitted', async () => {
      expect(lintCodes(manifest(good))).toEqual([]);
      const answer = await stage.judge('deny', manifest(good));
      expect([answer.status, answer.body.message, answer.warnings]).toEqual([201, undefined, []]);
    });

    it('Warn → admitted with a warning', async () => {
      const answer = await stage.judge('warn', manifest(bad));
      expect(answer.status).toBe(201);
      expect(namedCodes(answer.warnings)).toEqual([code]);
      expect(answer.warnings.join()).toContain(says);
    });
  });

  it.each<[string, Shape]>([
    ['no passthrough', { annotations: { 'ssl-passthrough': 'false' } }],
    ['no annotation of passthrough', { annotations: { 'ssl-passthrough': undefined } }],
    ['an invalid value of passthrough, which is off', { annotations: { 'ssl-passthrough': 'yes' } }],
    ['another class', { className: 'nginx' }],
    ['another class in the annotation', { className: null, annotations: { 'kubernetes.io/ingress.class': 'nginx' } }],
    ['no class', { className: null }],
  ])('%s → not judged', async (_, shape) => {
    const annotations = { 'frontend-ip': 'none', ...shape.annotations };
    expect((await stage.judge('deny', manifest({ ...shape, annotations }))).status).toBe(201);
  });

  it.each<[string, Shape]>([
    ['the deprecated name', { annotations: { 'ssl-passthrough': undefined, ssl_passthrough: 'TRUE' } }],
    [
      'the class in the annotation, in any case',
      { className: null, annotations: { 'kubernetes.io/ingress.class': 'CITRIX' } },
    ],
  ])('%s → judged', async (_, shape) => {
    const annotations = { 'frontend-ip': 'none', ...shape.annotations };
    expect(refusedByPolicy(await stage.judge('deny', manifest({ ...shape, annotations })))).toBe(true);
  });

  it('withoutClass → an Ingress without a class is judged', async () => {
    const bad = manifest({ className: null, annotations: { 'frontend-ip': 'none' } });
    expect(refusedByPolicy(await stage.judge('fail', bad))).toBe(true);
  });

  it('a namespace that the selector leaves out → not judged', async () => {
    const bad = manifest({ annotations: { 'frontend-ip': 'none' } });
    expect((await stage.judge('other', bad)).status).toBe(201);
  });

  it('a value that would break the line or the terminal → a message without it', async () => {
    const answer = await stage.judge('deny', manifest({ annotations: { 'frontend-ip': 'a\u001b[31m\nb' } }));
    expect(answer.body.message).toContain('frontend-ip is a value that is too long or has control characters. Write');
  });

  describe('agrees with nspass lint', () => {
    /** @returns the codes that both found; undefined where the API server itself refuses the manifest. */
    const agree = async (given: Manifest): Promise<readonly string[] | undefined> => {
      const warned = await stage.judge('warn', given);
      if (warned.status !== 201) return undefined;
      const expected = lintCodes(given);
      expect(namedCodes(warned.warnings), JSON.stringify(given)).toEqual(expected);
      const denied = await stage.judge('deny', given);
      expect(refusedByPolicy(denied), JSON.stringify(given)).toBe(expected.length > 0);
      if (expected.length > 0) expect(expected).toContain(namedCodes([denied.body.message])[0]);
      return expected;
    };

    it('over the corpus', async () => {
      const seen = new Map<string, number>();
      let judged = 0;
      for (const { ingress: given } of Object.values(CORPUS).flat()) {
        const found = await agree(given as Manifest);
        if (found !== undefined) judged += 1;
        for (const code of found ?? []) seen.set(code, (seen.get(code) ?? 0) + 1);
      }
      expect(judged).toBeGreaterThan(150);
      // The corpus has no resource that the API server takes: those are among the others.
      const covered = new Set<string>(ADMISSION_RULES.map(({ code }) => code));
      covered.delete('ResourceBackendUnsupported');
      expect([...seen.keys()].sort()).toEqual([...covered].sort());
    });

    it('over Ingresses of all kinds', async () => {
      await fc.assert(
        fc.asyncProperty(anyIngress, async (given) => {
          expect(await agree(given as Manifest)).toBeDefined();
        }),
        { numRuns: runs(400) },
      );
    });
  });

  describe('the chart', () => admissionChart(() => stage));
  describe('changes', () => updates(() => stage));
  describe('cost', () => limits(() => stage));
});

/** The oldest version that this API server can stand in for: it then has the functions of CEL of the one before. */
const OLDEST = '1.32';

describe.skipIf(assets === undefined)(`the admission policy on Kubernetes ${OLDEST}`, () => {
  let stage: AdmissionStage;
  beforeAll(async () => {
    stage = await AdmissionStage.set(assets as string, [`--emulated-version=${OLDEST}`]);
    await stage.namespace('deny', { policy: 'deny' });
    await stage.install('deny', { failurePolicy: 'Fail' });
  });
  afterAll(() => stage?.clear());

  it.each(CASES)('rule $list', async ({ bad, says, good }) => {
    const refused = await stage.judge('deny', manifest(bad));
    expect(refused.body.message).toContain(says);
    expect((await stage.judge('deny', manifest(good))).status).toBe(201);
  });
});
