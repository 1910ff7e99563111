import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plan } from '../../../lib/library/index.ts';
import { startSimulator } from '../../../lib/simulator/index.ts';
import { CLUSTER } from '../../corpus/cluster.ts';
import { CORPUS } from '../../corpus/index.ts';

const SAMPLE = 'docs/examples/hotdrinks';
const PASSWORD = 'correct-horse-battery';

/** Returns a manifest under another name, where it has one. */
function withName(manifest: unknown, name: string): unknown {
  const { metadata } = manifest as { metadata?: object };
  return typeof metadata === 'object' ? { ...(manifest as object), metadata: { ...metadata, name } } : manifest;
}

let folder: string;
const closing: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nspass-'));
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `nspass` to its end; user and password stand in the environment. */
async function nspass(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['lib/cli/main.ts', ...args], {
    env: { ...process.env, NSPASS_NITRO_USERNAME: 'nsroot', NSPASS_NITRO_PASSWORD: PASSWORD },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  closing.push(() => child.kill('SIGKILL'));
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => {
    out += data;
  });
  child.stderr.on('data', (data: Buffer) => {
    err += data;
  });
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  expect(out + err).not.toContain(PASSWORD);
  return { status, out, err };
}

async function appliance(): Promise<string> {
  const started = await startSimulator({ username: 'nsroot', password: PASSWORD });
  closing.push(() => started.stop());
  return started.url;
}

describe('nspass plan, apply and status', () => {
  it('a plan is shown, saved and applied; then nothing is left to change, and the hosts are there', async () => {
    const url = await appliance();
    const file = join(folder, 'plan.json');
    const common = ['--nitro', url, '--cluster', 'prod-eu'];
    const planned = await nspass('plan', SAMPLE, ...common, '--cluster-uid', 'uid-1', '--out', file);
    expect(planned.out).toContain('+ hotdrinks.beverages.com  192.0.2.10:443');
    expect(planned.err).toContain('Apply it with nspass apply');
    expect(planned.status).toBe(1);
    expect(readFileSync(file, 'utf8')).not.toContain('nsroot');

    expect(await nspass('apply', file, '--nitro', url)).toMatchObject({ status: 0 });
    expect(await nspass('plan', SAMPLE, ...common)).toMatchObject({ status: 0, out: 'Nothing would change.\n' });
    const status = await nspass('status', '--nitro', url, '-o', 'json', '--state', 'serving', '--state', 'redirect');
    expect(JSON.parse(status.out)).toMatchObject([
      { host: 'hotdrinks.beverages.com', holder: { cluster: 'prod-eu', ingress: 'default/hotdrinks-ingress' } },
    ]);

    // The appliance is not as the plan saw it any more.
    const again = await nspass('apply', file, '--nitro', url);
    expect(again.status).toBe(1);
    expect(again.err).toContain('the appliance is not as the plan saw it: nothing was written');
  });

  it('--base compares manifests without an appliance', async () => {
    const changed = join(folder, 'changed.yaml');
    const sample = readFileSync(join(SAMPLE, 'ingress.yaml'), 'utf8');
    writeFileSync(changed, sample.replaceAll('hotdrinks.beverages.com', 'cold.beverages.com'));
    const { status, out } = await nspass('plan', changed, '--base', SAMPLE, '-o', 'json');
    const { summary, routes } = JSON.parse(out);
    expect(summary.add).toBeGreaterThan(0);
    expect(summary.remove).toBe(summary.add);
    expect(routes[0]).toMatchObject({ change: 'add', host: 'cold.beverages.com' });
    expect(status).toBe(1);
    expect(await nspass('plan', SAMPLE, '--base', SAMPLE)).toMatchObject({ status: 0 });
  });

  it('--base prints what the library returns for the same files', async () => {
    const topics = (['samples', 'tls', 'front ends', 'endpoints'] as const).map((topic) => ({
      file: join(folder, `${topic.replaceAll(' ', '-')}.yaml`),
      // A name for each case, so that many of them are read together.
      cases: (CORPUS[topic] ?? []).map(({ ingress }, index) =>
        withName(ingress, `${topic.replaceAll(' ', '-')}-${index}`),
      ),
    }));
    const [base, next] = [0, 1].map((parity) =>
      Object.fromEntries(
        topics.map(({ file, cases }) => [
          file,
          [...cases.filter((_, index) => index % 3 !== parity), ...CLUSTER]
            .map((one) => JSON.stringify(one))
            .join('\n---\n'),
        ]),
      ),
    ) as [Record<string, string>, Record<string, string>];
    const before = join(folder, 'base');
    mkdirSync(before);
    for (const [file, text] of Object.entries(base)) writeFileSync(join(before, basename(file)), text);
    for (const [file, text] of Object.entries(next)) writeFileSync(file, text);
    const { out } = await nspass('plan', ...Object.keys(next), '--base', before, '-o', 'json');
    const expected = plan(base, next);
    expect(JSON.parse(out)).toEqual(expected);
    expect(Object.values(expected.summary).every((count) => count > 0)).toBe(true);
    expect(expected.waiting.length).toBeGreaterThan(0);
  });

  it.each([
    ['no appliance', ['plan', SAMPLE], 2, 'No appliance is named'],
    ['no manifests', ['plan'], 2, 'Nothing to plan'],
    ['nobody listens', ['status', '--nitro', 'http://127.0.0.1:1'], 3, 'http://127.0.0.1:1'],
    [
      'not a state',
      ['status', '--nitro', 'http://127.0.0.1:1', '--state', 'up'],
      2,
      'is not a state: expected serving',
    ],
    ['not a plan', ['apply', `${SAMPLE}/ingress.yaml`, '--nitro', 'http://127.0.0.1:1'], 2, 'is not a plan'],
    [
      'a name that no cluster has',
      ['plan', SAMPLE, '--cluster', 'A b', '--nitro', 'http://127.0.0.1:1'],
      2,
      '--cluster A b',
    ],
  ])('%s → exit status and one message without a stack', async (_what, args, expected, message) => {
    const { status, err } = await nspass(...args);
    expect(err).toContain(message);
    expect(err).not.toMatch(/^\s+at /m);
    expect(status).toBe(expected);
  });

  it('a plan for a cluster that the appliance does not know needs its UID', async () => {
    const { status, err } = await nspass('plan', SAMPLE, '--nitro', await appliance(), '--out', join(folder, 'p.json'));
    expect(err).toContain('name its UID with --cluster-uid');
    expect(status).toBe(2);
  });
});
