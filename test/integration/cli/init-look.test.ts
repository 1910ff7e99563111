import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lookAt } from '../../../lib/cli/init/look.ts';
import { propose } from '../../../lib/cli/init/proposal.ts';
import { ApplianceConfig } from '../../../lib/config/appliances.ts';
import { startWorld, type World } from '../../support/engine.ts';
import { changed, state } from '../../support/events.ts';

let world: World;
let credentials: string;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nspass-look-'));
  credentials = join(folder, 'nsroot.json');
  writeFileSync(credentials, JSON.stringify({ username: 'nsroot', password: 'nsroot' }));
  world = await startWorld();
  await world.deliver(
    changed(10, state('one', { vip: '192.0.2.10' })),
    changed(11, state('two', { vip: '192.0.2.20', hosts: ['a.example.com', 'b.example.com'] })),
  );
});
afterEach(async () => {
  await world.stop();
  rmSync(folder, { recursive: true });
});

const config = (file: string) =>
  ApplianceConfig.parse({
    name: 'edge',
    clusters: ['any'],
    endpoints: [world.appliance.url],
    credentials: { file },
  });

it('an appliance that serves: its VIPs, the one with the most hosts first, and its clusters are proposed', async () => {
  const { seen } = await lookAt(config(credentials), {});
  expect(seen).toEqual({
    nodes: [{ name: '', address: '192.0.2.1' }],
    vips: ['192.0.2.20', '192.0.2.10'],
    otherVips: [],
    clusters: ['test'],
  });
  expect(propose({ endpoints: ['https://10.0.0.5'] }, { seen, others: [], variables: false })).toMatchObject({
    clusters: ['test'],
    defaultVip: '192.0.2.20',
    frontendIPs: ['192.0.2.20', '192.0.2.10'],
  });
});

it('a user that may not read a type: proposals from the rest', async () => {
  world.appliance.setFaults([
    { kind: 'hanode', fault: { type: 'error', code: 2138 } },
    { kind: 'policystringmap', fault: { type: 'error', code: 2138 } },
  ]);
  const { seen } = await lookAt(config(credentials), {});
  // The system's own virtual servers are known by their names.
  expect(seen).toEqual({ nodes: [], vips: [], otherVips: [], clusters: [] });
});

it('a wrong password: no proposals, one reason, and the password is not in it', async () => {
  const wrong = join(folder, 'wrong.json');
  writeFileSync(wrong, JSON.stringify({ username: 'nsroot', password: 'sesame-open' }));
  const { seen, problem } = await lookAt(config(wrong), {});
  expect([seen, problem]).toEqual([undefined, expect.stringMatching(/^(?!.*sesame).*(password|credentials)/i)]);
});

it('no credentials: no proposals, and the file is named', async () => {
  const { problem } = await lookAt(config(join(folder, 'none.json')), {});
  expect(problem).toContain('none.json');
});
