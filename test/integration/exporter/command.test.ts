import { spawn } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { startSimulator } from '../../../lib/simulator/index.ts';
import { engineAt } from '../../support/engine.ts';
import { changed, state } from '../../support/events.ts';
import { eventually } from '../../support/eventually.ts';
import { parseMetrics, type Series } from '../../support/prometheus.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function exporter(password: string, ...args: string[]) {
  const child = spawn(process.execPath, ['lib/cli/main.ts', 'exporter', '--port', '0', ...args], {
    env: { ...process.env, NSPASS_NITRO_USERNAME: 'nsroot', NSPASS_NITRO_PASSWORD: password, NO_COLOR: '1' },
  });
  closing.push(() => child.kill('SIGKILL'));
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => {
    out += data;
  });
  child.stderr.on('data', (data: Buffer) => {
    err += data;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = eventually(() => /http:\/\/\S+\/metrics/.exec(out)?.[0], 'an address');
  const scrape = async (): Promise<Series> => parseMetrics(await (await fetch(await url)).text());
  return { child, ended, url, scrape, said: () => out + err, err: () => err };
}

describe('nspass exporter', () => {
  it('answers scrapes, writes nothing, and logs out on Ctrl-C with status 0', async () => {
    const appliance = await startSimulator();
    closing.push(() => appliance.stop());
    await engineAt(appliance.url).deliver(changed(10, state('a')));
    appliance.requests.reset();

    const running = exporter('nsroot', '--nitro', appliance.url);
    const answer = await fetch(await running.url);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    const series = parseMetrics(await answer.text());
    expect(series.sum('nspass_up', { appliance: appliance.url })).toBe(1);
    expect(series.label('nspass_host_info', { host: 'a.example.com' }, 'frontend')).toBe('192.0.2.10:443');
    expect((await fetch((await running.url).replace('/metrics', '/'))).status).toBe(404);

    running.child.kill('SIGINT');
    expect(await running.ended).toBe(0);
    expect(running.err()).toBe('');
    expect(appliance.requests.writes).toBe(0);
    expect(appliance.requests.byKind).toMatchObject({ login: 1, logout: 1 });
  });

  it('goes on where the appliance refuses it, says why once, and never the password', async () => {
    const appliance = await startSimulator();
    closing.push(() => appliance.stop());
    const running = exporter('Wrong-Horse-9', '--nitro', appliance.url, '--keep', '1');
    expect((await running.scrape()).sum('nspass_up', {})).toBe(0);
    expect(running.err()).toMatch(/^nspass: .*password/i);
    expect(running.err().trim().split('\n')).toHaveLength(1);
    expect(running.said()).not.toContain('Wrong-Horse-9');
  });
});
