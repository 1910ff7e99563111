import { afterEach, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../../support/engine.ts';
import { changed, state } from '../../support/events.ts';

/** VAL-13, REP-3: an object of the operator's that an annotation names and that the appliance does not have. */

let world: World | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

describe('an annotation names a net profile that is not there', () => {
  const redirect = { 'ingress.citrix.com/insecure-termination': 'redirect' };
  it.each<[string, Record<string, string>]>([
    ['alone', {}],
    ['with a redirect', redirect],
  ])('%s: the outcome begins with the profile and the annotation', async (_what, more) => {
    world = await startWorld();
    const annotations = { 'ingress.citrix.com/netprofile': 'proxy-v2', ...more };
    const a = state('a', { hosts: ['a.example.com', '*.example.com'], annotations });
    const { outcomes } = await world.deliver(changed(10, a));
    expect(outcomes).toMatchObject([{ detailType: 'Ingress Failed' }]);
    const [reason] = outcomes.flatMap(({ data }) => ('reason' in data ? [data.reason] : []));
    expect(reason).toContain('258 No such resource [proxy-v2]');
    expect(reason).toMatch(
      /^the netprofile "proxy-v2" that the annotation ingress\.citrix\.com\/netprofile names does not exist on the appliance/,
    );
  });
});
