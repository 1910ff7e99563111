import { spawn } from 'node:child_process';
import { expect, it, onTestFinished } from 'vitest';
import { startWorld, type World } from '../../support/engine.ts';
import { makeIncumbent } from '../../support/incumbent.ts';

/** The vendor's sample, with the members of its Service. */
const SAMPLE = 'docs/examples/hotdrinks';
const HOST = 'hotdrinks.beverages.com';

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

async function nspass(world: World, ...args: string[]): Promise<Ended> {
  const common = ['--nitro', world.appliance.url, '--cluster', 'prod-eu', '--cluster-uid', 'uid-1'];
  const child = spawn(process.execPath, ['lib/cli/main.ts', 'adopt', SAMPLE, ...common, ...args], {
    env: { ...process.env, NSPASS_NITRO_USERNAME: 'nsroot', NSPASS_NITRO_PASSWORD: 'nsroot' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => {
    out += data;
  });
  child.stderr.on('data', (data: Buffer) => {
    err += data;
  });
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, out, err };
}

it('looks, takes over, goes back, takes over again and hands over', async () => {
  const world = await startWorld();
  onTestFinished(() => world.stop());
  await makeIncumbent(world.client, { hosts: [{ host: HOST, ingress: 'hotdrinks-ingress' }] });
  const config = (): string => world.appliance.runningConfig();
  const before = config();

  const looked = await nspass(world);
  expect(looked.out).toMatch(new RegExp(`^${HOST} +192\\.0\\.2\\.10:443 +READY +default/hotdrinks-ingress$`, 'm'));
  expect(looked.status).toBe(0);
  expect(await nspass(world, '--all')).toMatchObject({ status: 0, out: `${HOST}\n` });
  expect(config()).toBe(before);

  const taken = await nspass(world, '--host', HOST, '--yes');
  expect(taken).toMatchObject({ status: 0, err: `nspass: 1/1 ${HOST} is taken over.\n` });
  const json = JSON.parse((await nspass(world, '-o', 'json')).out);
  expect(json).toMatchObject({
    summary: { 'taken-over': 1, ready: 0 },
    frontends: [{ frontend: '192.0.2.10:443', step: 'shared', hindrances: [] }],
    hosts: [{ host: HOST, state: 'taken-over' }],
  });

  const back = await nspass(world, '--all', '--back', '--yes');
  expect(back.status).toBe(0);
  expect(back.err).toContain('is as it was before the first take-over');
  expect(await nspass(world, '--finish', '--yes')).toMatchObject({ status: 2 });

  expect(await nspass(world, '--all', '--yes')).toMatchObject({ status: 0 });
  const finished = await nspass(world, '--finish', '--yes', '--save');
  expect(finished.err).toContain('192.0.2.10:443 is handed over');
  expect(finished.status).toBe(0);
  expect(config()).not.toMatch(/^add (cs vserver|lb vserver|ssl policy) k8s-/m);
  expect(config()).toMatch(/^add cs vserver nsp-192\.0\.2\.10-443 SSL 192\.0\.2\.10 443/m);
});
