import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleForwarder } from '../../../infra/docker/build.ts';
import { NODE_FLAGS } from '../../../infra/docker/options.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nspass-bundle-'));
  await bundleForwarder(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('the bundle is text of one byte for each character, in each part of it', async () => {
  const parts = (await readdir(folder)).filter((name) => name.endsWith('.cjs'));
  expect(parts).toContain('forwarder.cjs');
  for (const name of parts) {
    const text = await readFile(join(folder, name), 'latin1');
    expect(text.search(/[^\0-\x7f]/), name).toBe(-1);
  }
});

it('the bundle starts without the parts of Node that nothing uses: they take megabytes', () => {
  const print = "process.on('exit',()=>process.stdout.write(process.moduleLoadList.join('\\n')))";
  const entry = JSON.stringify(join(folder, 'forwarder.cjs'));
  const run = spawnSync(process.execPath, [...NODE_FLAGS, '-e', `${print};require(${entry})`], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
  // It ends at once: nothing is configured.
  expect(run.status).toBe(2);
  const loaded = run.stdout.split('\n').map((line) => line.replace('NativeModule ', ''));
  expect(loaded).toContain('https');
  for (const unused of ['internal/deps/undici/undici', 'http2', 'worker_threads']) expect(loaded).not.toContain(unused);
});
