import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalTarget } from '../../../lib/cli/conformance/local-target.ts';
import { Backends, CASES, type ConformanceTarget } from '../../../lib/conformance/index.ts';
import { silentLog } from '../../../lib/telemetry/index.ts';
import { failures, runSuite } from '../../support/conformance.ts';
import { ALL } from '../../support/patience.ts';

/** `npm test` runs a few of each group; `npm run test:all` runs everything. */
const SHORT =
  /^(host-(upper-case|wildcard|required|many)|no-host-(star-inside|expression)|match-(exact-before-wildcard|wildcard-levels|no-name|stranger-http)|tls-(node-13-h2|openssl-12-mutual|curl-13|hello-4096|records-64)|valid-(off-yes|too-large|tls-none|path-root-wins|no-endpoint)|front-(secure-port|redirect|port-hex)|back-(removed|terminating)|life-(takeover|kept-by-lost-member|address-cleared)|annotation-(lbmethod|injection)|limit-(member|host|foreign)|node-moved|gateway-hosts-wildcard|k8s-host-rules)$/;

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
});
