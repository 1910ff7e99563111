import { describe, expect, it } from 'vitest';
import { planRemoval, removeEverything, servedHosts } from '../../../lib/removal/index.ts';
import { startWorld } from '../../support/engine.ts';
import { changed, state, withdrawn } from '../../support/events.ts';

const FOREIGN = [
  'add lb vserver nsp-looks-like-ours TCP',
  'add serviceGroup theirs TCP',
  'add ssl policy nsp-theirs -rule true -action RESET',
  'add cs vserver web HTTP 198.51.100.1 80',
  '',
].join('\n');

describe('LIF-10: removing the system', () => {
  it('takes everything that it made, and nothing else; servers stay', async () => {
    const world = await startWorld({ appliance: { config: FOREIGN }, settings: { drainSeconds: 300 } });
    try {
      const before = world.appliance.runningConfig();
      const annotations = {
        'ingress.citrix.com/insecure-termination': 'redirect',
        'ingress.citrix.com/monitor': '{"web":{"type":"tcp","interval":"7"}}',
      };
      await world.deliver(
        changed(10, state('a', { annotations, hosts: ['a.example.com', '*.example.com'] })),
        changed(20, state('b', { vip: '2001:db8::1', members: [] })),
        changed(30, state('c', { hosts: ['a.example.com'], created: 2000 }), { cluster: 'west', uid: 'uid-west' }),
        changed(40, state('d')),
      );
      await world.deliver(withdrawn(50, 'd'));
      expect(await servedHosts(world.engine.reader, 'nsp')).toEqual({
        hosts: ['*.example.com', 'a.example.com', 'b.example.com'],
        ingresses: [
          { cluster: 'test', namespace: 'default', name: 'a' },
          { cluster: 'test', namespace: 'default', name: 'b' },
          { cluster: 'west', namespace: 'default', name: 'c' },
        ],
      });
      expect(await servedHosts(world.engine.reader, 'other')).toEqual({ hosts: [], ingresses: [] });
      const plan = await planRemoval(world.engine.reader, 'nsp');
      expect(await removeEverything(world.engine.writer, 'nsp', plan)).toEqual({
        done: plan.length,
        refused: [],
        left: false,
      });
      const withoutServers = world.appliance
        .runningConfig()
        .split('\n')
        .filter((line) => !line.startsWith('add server '))
        .join('\n');
      expect(withoutServers).toBe(before);
      expect(world.appliance.runningConfig()).toContain('add server 10.1.0.1');
      expect(await planRemoval(world.engine.reader, 'nsp')).toEqual([]);
    } finally {
      await world.stop();
    }
  });
});
