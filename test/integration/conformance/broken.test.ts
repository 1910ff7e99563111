import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startLocalTarget } from '../../../lib/cli/conformance/local-target.ts';
import { Backends, CASES, type ConformanceTarget, type Manifest } from '../../../lib/conformance/index.ts';
import { type KeyAndCertificate, selfSigned } from '../../../lib/nitro/self-signed.ts';
import { silentLog } from '../../../lib/telemetry/index.ts';
import { runSuite } from '../../support/conformance.ts';
import { ALL } from '../../support/patience.ts';
import { answering, fallingBack, impatient, lead, passing, reading, terminating, type WrongProxy } from './proxies.ts';

/** What a broken deployment is made of. */
interface Site {
  readonly target: ConformanceTarget;
  readonly backends: Backends;
  readonly identity: KeyAndCertificate;
  /** Puts a proxy in front of the TLS port of the first VIP. */
  behind(proxy: Promise<WrongProxy>): Promise<ConformanceTarget>;
}

/** A deployment that breaks a rule, the cases that must fail with what they say, and cases that it keeps. */
interface Broken {
  readonly name: string;
  make(site: Site): Promise<ConformanceTarget>;
  readonly fails: Readonly<Record<string, RegExp>>;
  readonly passes?: readonly string[];
}

/** Labels of `label.<case>.conformance.test`. */
const DIRECT = 4;
const UNRECOGNIZED_NAME = Buffer.from('15030300020270', 'hex');
const VENDOR = 'ingress.citrix.com/ssl-passthrough';

const upstreamOf =
  ({ target }: Site) =>
  () =>
    target.endpoint(target.vip, 443);
const backend = ({ backends }: Site, name: string) => ({ host: '127.0.0.1', port: backends.port(name) });

/** Returns a target that applies other Ingresses than it is given. */
const rewriting = (target: ConformanceTarget, rewrite: (ingress: Manifest) => Manifest): ConformanceTarget => ({
  ...target,
  apply: (objects) => target.apply(objects.map((each) => (each.kind === 'Ingress' ? rewrite(each) : each))),
});

const BROKEN: readonly Broken[] = [
  {
    name: 'terminates TLS and answers by itself',
    make: (site) => site.behind(terminating(site.identity, undefined)),
    fails: {
      'match-exact': /showed the certificate “CN=broken”/,
      'match-unknown': /showed the certificate “CN=broken”/,
      'tls-curl-13': /showed the certificate/,
    },
  },
  {
    name: 'terminates TLS and encrypts again',
    make: (site) => site.behind(terminating(site.identity, upstreamOf(site))),
    fails: {
      'match-exact': /showed the certificate “CN=broken”/,
      'tls-openssl-12': /showed the certificate “CN=broken”/,
      'tls-curl-12-mutual': /showed the certificate/,
      'tls-node-13-h2': /showed the certificate “CN=broken”/,
    },
  },
  {
    name: 'leads unknown names to a default back end',
    make: (site) => site.behind(fallingBack(upstreamOf(site), () => backend(site, 'a'))),
    fails: {
      'match-unknown': /expected a reset, back end a answered/,
      'match-no-name': /expected a reset, back end a answered/,
      'match-wildcard-not-parent': /expected a reset, back end a answered/,
      'gateway-hosts-exact': /expected a reset, back end a answered/,
      'valid-deleted': /expected a reset, back end a answered/,
    },
    passes: ['match-exact', 'match-wildcard', 'tls-node-13'],
  },
  {
    name: 'matches wildcards over many labels',
    make: (site) =>
      site.behind(
        fallingBack(upstreamOf(site), (name = '') =>
          name.split('.').length > DIRECT ? backend(site, 'a') : undefined,
        ),
      ),
    fails: {
      'match-wildcard-not-two-labels': /expected a reset, back end a answered/,
      'k8s-host-rules': /expected a reset, back end a answered/,
    },
    passes: ['match-unknown', 'match-wildcard', 'match-wildcard-not-parent'],
  },
  {
    name: 'lets plain HTTP through',
    make: (site) =>
      site.behind(
        reading((client, first, hello) => {
          if (hello === undefined) client.end('HTTP/1.1 400 Bad Request\r\n\r\n');
          else lead(client, first, upstreamOf(site)());
        }),
      ),
    fails: { 'match-stranger-http': /bytes came back/, 'match-stranger-ssh': /bytes came back/ },
    passes: ['match-exact', 'match-unknown'],
  },
  {
    name: 'serves plain HTTP on port 80',
    make: async (site) => {
      const { endpoint } = await site.behind(answering('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
      return {
        ...site.target,
        endpoint: (vip, port) => (port === 80 ? endpoint(vip, 443) : site.target.endpoint(vip, port)),
      };
    },
    fails: {
      'front-no-redirect': /expected no answer, got 200 to nowhere/,
      'front-redirect': /expected 301 to https:.*, got 200 to nowhere/,
    },
    passes: ['match-exact'],
  },
  {
    name: 'answers unknown names with an alert',
    make: (site) => site.behind(answering(UNRECOGNIZED_NAME)),
    fails: {
      'match-unknown': /expected an answer of a, the handshake failed: .*unrecognized name/,
      'match-exact': /the handshake failed: .*unrecognized name/,
    },
  },
  {
    name: 'reads the first segment of a hello only',
    make: (site) => site.behind(impatient(upstreamOf(site))),
    fails: {
      'tls-bytes-13': /expected an answer of a, the connection was (reset|closed)/,
      'tls-records-64': /expected an answer of a, the connection was (reset|closed)/,
    },
    passes: ['tls-node-13', 'tls-hello-1500'],
  },
  {
    name: 'announces clients by the PROXY protocol to back ends that do not ask for it',
    make: (site) =>
      site.behind(
        reading((client, first) => {
          const head = Buffer.from('PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n');
          lead(client, Buffer.concat([head, first]), backend(site, 'a'));
        }),
      ),
    fails: { 'match-exact': /expected an answer of a/, 'tls-openssl-13': /expected an answer of a/ },
  },
  {
    name: 'leads every host to the same member',
    make: (site) => site.behind(reading((client, first) => lead(client, first, backend(site, 'a')))),
    fails: {
      'match-many-exact': /back end is a, should be b/,
      'back-three': /a answered, should be a, b, c/,
      'back-replaced': /a answered, should be b/,
      'back-all-removed': /expected a reset, back end a answered/,
      'k8s-load-balancing': /a answered, should be a, b, c/,
    },
    passes: ['back-one', 'tls-node-13-mutual'],
  },
  {
    name: 'ends all connections at every change',
    make: async (site) => {
      const proxy = passing(upstreamOf(site));
      const target = await site.behind(proxy);
      const cut = async (): Promise<void> => (await proxy).cut();
      return {
        ...target,
        apply: (objects) => target.apply(objects).then(cut),
        remove: (objects) => target.remove(objects).then(cut),
      };
    },
    fails: {
      'life-kept-by-new-host': /the open connection was ended/,
      'life-kept-by-other-host': /the open connection was ended/,
      'life-kept-by-annotations': /the open connection was ended/,
    },
    passes: ['life-host-added'],
  },
  {
    name: 'never withdraws anything',
    make: async ({ target }) => ({ ...target, remove: async () => undefined }),
    fails: {
      'valid-deleted': /expected a reset, back end a answered/,
      'back-removed': /a, b answered, should be a/,
      'life-takeover': /back end is a, should be b/,
    },
    passes: ['back-added'],
  },
  {
    name: 'does not look at the class',
    make: async ({ target }) =>
      rewriting(target, (ingress) => ({
        ...ingress,
        spec: { ...(ingress.spec as object), ingressClassName: target.className },
      })),
    fails: { 'valid-other-class': /expected a reset, back end a answered/ },
    passes: ['match-exact'],
  },
  {
    name: 'passes every Ingress through, asked or not',
    make: async ({ target }) =>
      rewriting(target, (ingress) => ({
        ...ingress,
        metadata: { ...ingress.metadata, annotations: { ...ingress.metadata.annotations, [VENDOR]: 'true' } },
      })),
    fails: {
      'valid-off': /expected a reset, back end a answered/,
      'valid-off-absent': /expected a reset, back end a answered/,
      'valid-switched-off': /expected a reset, back end a answered/,
    },
    passes: ['valid-on'],
  },
  {
    name: 'reports nothing',
    make: async ({ target }) => ({ ...target, addresses: async () => [], reasons: async () => [] }),
    fails: {
      'life-address': /the status shows no address, should show/,
      'life-programmed': /it was told nothing/,
      'valid-no-endpoint': /it was told nothing/,
    },
    passes: ['match-exact'],
  },
  {
    name: 'does not listen',
    make: async ({ target }) => ({ ...target, endpoint: () => undefined }),
    fails: { 'match-unknown': /nothing listens there/, 'back-one': /nothing listens there/ },
  },
];

/** `npm test` breaks these; `npm run test:all` breaks everything. */
const SHORT = /^(terminates TLS and encrypts again|leads unknown names|matches wildcards|answers unknown names)/;

describe('a deployment that breaks a rule fails the suite', () => {
  let backends: Backends;
  let target: ConformanceTarget;
  let identity: KeyAndCertificate;
  const proxies: WrongProxy[] = [];

  beforeAll(async () => {
    backends = await Backends.start('127.0.0.1', Date.now());
    target = await startLocalTarget(backends, silentLog);
    identity = await selfSigned({ commonName: 'broken', algorithm: 'ecdsa', days: 1, now: Date.now() });
  });
  afterEach(async () => {
    for (const proxy of proxies.splice(0)) await proxy.stop();
  });
  afterAll(async () => {
    await target?.stop();
    await backends?.stop();
  });

  it.each(BROKEN.filter(({ name }) => ALL || SHORT.test(name)).map((each) => [each.name, each] as const))(
    '%s',
    async (_, { make, fails, passes = [] }) => {
      const behind = async (opening: Promise<WrongProxy>): Promise<ConformanceTarget> => {
        const proxy = await opening;
        proxies.push(proxy);
        return {
          ...target,
          endpoint: (vip, port) => (vip === target.vip && port === 443 ? proxy.endpoint : target.endpoint(vip, port)),
        };
      };
      const broken = await make({ target, backends, identity, behind });
      const run = async (ids: readonly string[], patienceMs: number) => {
        const cases = CASES.filter(({ id }) => ids.includes(id));
        expect(cases.map(({ id }) => id).sort()).toEqual([...ids].sort());
        return runSuite(cases, broken, backends, patienceMs);
      };
      const failed = await run(Object.keys(fails), 1_000);
      for (const result of failed) {
        expect(result, result.id).toMatchObject({ verdict: 'failed' });
        expect((result as { reason: string }).reason, result.id).toMatch(fails[result.id] as RegExp);
      }
      const passed = await run(passes, 30_000);
      expect(passed.filter(({ verdict }) => verdict !== 'passed')).toEqual([]);
    },
  );
});
