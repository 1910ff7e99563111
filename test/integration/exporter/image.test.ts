import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { bundlePrograms } from '../../../infra/docker/build.ts';
import { startSimulator } from '../../../lib/simulator/index.ts';
import { engineAt } from '../../support/engine.ts';
import { changed, state } from '../../support/events.ts';
import { eventually } from '../../support/eventually.ts';
import { parseMetrics } from '../../support/prometheus.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** The program of the image, bundled as the image has it, with the arguments that its Dockerfile and the chart give. */
async function started(config: object, ...args: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'nspass-exporter-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  await bundlePrograms(folder, ['exporter']);
  const file = join(folder, 'appliances.yml');
  await writeFile(file, JSON.stringify(config));
  const program = [join(folder, 'exporter.cjs'), '--host', '0.0.0.0', '--config', file, '--host', '127.0.0.1'];
  const child = spawn(process.execPath, [...program, '--port', '0', ...args], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      NSPASS_NITRO_USERNAME: 'nsroot',
      NSPASS_NITRO_PASSWORD: 'nsroot',
      NODE_ENV: 'production',
    },
  });
  closing.push(() => child.kill('SIGKILL'));
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => {
    out += data;
  });
  child.stderr.on('data', (data: Buffer) => {
    err += data;
  });
  return { child, ended: once(child, 'close'), out: () => out, err: () => err };
}

const appliance = (name: string, endpoint: string) => ({
  name,
  clusters: ['test'],
  endpoints: [endpoint],
  credentials: { environment: 'NSPASS_NITRO' },
});

describe('the image of the exporter', () => {
  it('shows the appliance that it is started for, by its name, and ends on SIGTERM with status 0', async () => {
    const simulator = await startSimulator();
    closing.push(() => simulator.stop());
    await engineAt(simulator.url).deliver(changed(10, state('a')));
    const appliances = [appliance('inner', 'http://192.0.2.6'), appliance('edge', simulator.url)];
    const { child, ended, out, err } = await started({ appliances }, '--appliance', 'edge');
    const url = await eventually(() => /http:\/\/\S+\/metrics/.exec(out())?.[0], 'an address');
    const series = parseMetrics(await (await fetch(url)).text());
    expect(series.sum('nspass_up', { appliance: 'edge' })).toBe(1);
    expect(series.label('nspass_host_info', { host: 'a.example.com' }, 'frontend')).toBe('192.0.2.10:443');
    expect((await fetch(url.replace('/metrics', '/healthz'))).status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(err()).toBe('');
  });

  it('an appliance that the configuration does not have → wrong usage, and it says which it has', async () => {
    const { ended, err } = await started(
      { appliances: [appliance('edge', 'http://192.0.2.5')] },
      '--appliance',
      'other',
    );
    expect((await ended)[0]).toBe(2);
    expect(err()).toContain('edge');
  });
});
