import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { IngressState } from '../../../lib/contract/index.ts';
import { ANNOTATIONS } from '../../../lib/ingress/index.ts';
import type { World } from '../../support/engine.ts';
import { changed, snapshot, state } from '../../support/events.ts';
import { startTestWorld } from '../../support/test-world.ts';

const PAGE = readFileSync('docs/migrate/vendor-controller.md', 'utf8');
const HOST = 'shop.example.com';

/** What another controller made on the appliance: a front end with its own back end, and a member that both use. */
const VENDORS = `add server 10.244.0.11 10.244.0.11
add serviceGroup vendor-group SSL_BRIDGE
bind serviceGroup vendor-group 10.244.0.11 8443
add lb vserver vendor-lb SSL_BRIDGE 192.0.2.20 443
bind lb vserver vendor-lb vendor-group
`;

const copy = (vip: string, annotations: Readonly<Record<string, string>> = {}): IngressState =>
  state('shop-copy', { hosts: [HOST], created: 100, service: 'shop', vip, members: ['10.244.0.11'], annotations });

/** Lines of the configuration that are not ours. */
const theirs = (at: World): string[] =>
  at.appliance
    .runningConfig()
    .split('\n')
    .filter((line) => !/nsp[-_]/.test(line));

describe('docs/migrate/vendor-controller.md', () => {
  it.each(ANNOTATIONS.map((name) => [name]))('names the annotation %s, which has an effect here', (name) => {
    expect(PAGE).toContain(`\`${name}\``);
  });

  it('a copy at a new address is programmed, and nothing of the other controller changes', async () => {
    const at = await startTestWorld({ appliance: { config: VENDORS } });
    const before = theirs(at);
    expect(before.join('\n')).toContain('add lb vserver vendor-lb SSL_BRIDGE 192.0.2.20 443');
    const { outcomes } = await at.deliver(changed(10, copy('192.0.2.10')));
    expect(outcomes).toMatchObject([
      { detailType: 'Ingress Programmed', data: { hosts: [HOST], programmed: [{ ip: '192.0.2.10' }], findings: [] } },
    ]);
    expect(theirs(at)).toEqual(before);
  });

  it('another port of the same address is free to use', async () => {
    const at = await startTestWorld({ appliance: { config: VENDORS } });
    const annotations = { 'ingress.citrix.com/secure-port': '8443' };
    const { outcomes } = await at.deliver(changed(10, copy('192.0.2.20', annotations)));
    expect(outcomes).toMatchObject([{ detailType: 'Ingress Programmed', data: { hosts: [HOST] } }]);
  });

  it('on the same address it waits, and a snapshot that verifies programs it when the other one is gone', async () => {
    const at = await startTestWorld({ appliance: { config: VENDORS } });
    const { outcomes } = await at.deliver(changed(10, copy('192.0.2.20')));
    expect(outcomes).toMatchObject([
      { detailType: 'Ingress Rejected', data: { hosts: [], findings: [{ code: 'FrontendInUse' }] } },
    ]);
    expect(at.config()).toEqual([]);
    await at.engine.writer.remove([{ type: 'lbvserver', name: ['name', 'vendor-lb'], args: {} }]);
    const freed = await at.deliver(snapshot(20, [copy('192.0.2.20')], { verify: ['appliance'], flagged: true }));
    expect(freed.outcomes).toContainEqual(
      expect.objectContaining({
        detailType: 'Ingress Programmed',
        data: expect.objectContaining({ hosts: [HOST], programmed: [expect.objectContaining({ ip: '192.0.2.20' })] }),
      }),
    );
  });
});
