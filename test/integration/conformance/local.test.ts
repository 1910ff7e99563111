import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalTarget } from '../../../lib/cli/conformance/local-target.ts';
import { Backends, CASES, type ConformanceTarget } from '../../../lib/conformance/index.ts';
import { silentLog } from '../../../lib/telemetry/index.ts';
import { failures, runSuite } from '../../support/conformance.ts';
import { ALL } from '../../support/patience.ts';

/** `npm test` runs a few of each group; `npm run test:all` runs everything. */
const SHORT =
  /^(host-(upper-case|wildcard|required|many)|no-host-(star-inside|expression)|match-(exact-before-wildcard|wildcard-levels|no-name|stranger-http)|tls-(node-13-h2|openssl-12-mutual|curl-13|hello-4096|records-64)|valid-(off-yes|tls-none|path-root-wins|no-endpoint)|front-(secure-port|redirect|port-hex)|back-(removed|terminating)|life-(takeover|kept-by-lost-member|address-cleared)|annotation-(lbmethod|injection))$/;

describe('the conformance suite on this machine', () => {
  let backends: Backends;
  let target: ConformanceTarget;

  beforeAll(async () => {
    backends = await Backends.start('127.0.0.1', Date.now());
    target = await startLocalTarget(backends, silentLog);
  });
  afterAll(async () => {
    await target?.stop();
    await backends?.stop();
  });

  it('passes', async () => {
    const cases = ALL ? CASES : CASES.filter(({ id }) => SHORT.test(id));
    expect(cases.length).toBeGreaterThan(25);
    const results = await runSuite(cases, target, backends, 60_000);
    expect(results).toHaveLength(cases.length);
    expect(failures(results)).toEqual([]);
  });

  it('fails where every connection reaches one back end', async () => {
    const open: ConformanceTarget = {
      ...target,
      endpoint: () => ({ host: '127.0.0.1', port: backends.port('a') }),
    };
    const cases = CASES.filter(({ id }) => /^match-(wildcard-not-parent|unknown|many-exact)$/.test(id));
    const results = await runSuite(cases, open, backends, 500);
    expect(results.map(({ verdict }) => verdict)).toEqual(['failed', 'failed', 'failed']);
  });

  it('fails where nothing answers', async () => {
    const closed: ConformanceTarget = { ...target, endpoint: () => undefined };
    const cases = CASES.filter(({ id }) => /^(match-unknown|back-one|valid-off|front-redirect)$/.test(id));
    const results = await runSuite(cases, closed, backends, 500);
    expect(results.map(({ verdict }) => verdict)).toEqual(cases.map(() => 'failed'));
  });

  it('fails where nobody reports', async () => {
    const silent: ConformanceTarget = { ...target, addresses: async () => [], reasons: async () => [] };
    const cases = CASES.filter(({ id }) => /^life-(address|programmed)$/.test(id));
    const results = await runSuite(cases, silent, backends, 2_000);
    expect(results.map(({ verdict }) => verdict)).toEqual(['failed', 'failed']);
  });
});
