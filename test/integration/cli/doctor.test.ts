import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DoctorCheck } from '../../../lib/cli/doctor/check.ts';
import { programFor } from '../../../lib/cli/program.ts';
import { commandPolicies } from '../../../lib/nitro/index.ts';
import { type Simulator, startSimulator } from '../../../lib/simulator/index.ts';

interface Line extends DoctorCheck {
  readonly group: string;
  readonly subject: string;
}

const closing: (() => Promise<unknown>)[] = [];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nspass-doctor-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  vi.stubEnv('NSPASS_NITRO_USERNAME', 'nspass');
  vi.stubEnv('NSPASS_NITRO_PASSWORD', 'Long-enough-1');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  process.exitCode = undefined;
  for (const close of closing.splice(0).reverse()) await close();
});

/** Runs `nspass doctor` in this process. */
async function doctor(...args: string[]): Promise<{ lines: Line[]; status: number; text: string }> {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  process.exitCode = undefined;
  const program = await programFor(['doctor'], '0.0.0');
  await program.parseAsync(['doctor', ...args, '-o', 'json'], { from: 'user' });
  vi.restoreAllMocks();
  return { lines: JSON.parse(text), status: Number(process.exitCode ?? 0), text };
}

const of = (lines: readonly Line[], check: string): Line | undefined => lines.find((line) => line.check === check);
const wrong = (lines: readonly Line[]): string[] =>
  lines.filter(({ result }) => result === 'failed').map(({ subject, check }) => `${subject} ${check}`);

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** An appliance with our user, and these of the documented policies. */
async function appliance(names?: readonly string[], more: readonly string[] = []): Promise<Simulator> {
  const policies = commandPolicies('nsp').filter(({ name }) => names === undefined || names.includes(name));
  const started = await startSimulator({
    config: [
      'add system user nspass Long-enough-1',
      ...policies.map(({ name, spec }) => `add system cmdPolicy ${name} ALLOW ${quoted(spec)}`),
      ...policies.map(({ name }, index) => `bind system user nspass ${name} ${(index + 1) * 10}`),
      ...more,
      '',
    ].join('\n'),
  });
  closing.push(() => started.stop());
  return started;
}

describe('nspass doctor on an appliance', () => {
  it('with the documented user: nothing is wrong, and writes are not tried unasked', async () => {
    const started = await appliance();
    const { lines, status } = await doctor('--nitro', started.url);
    expect(wrong(lines)).toEqual([]);
    expect(of(lines, 'licence')).toMatchObject({ result: 'ok' });
    expect(of(lines, 'clock')).toMatchObject({ result: 'ok' });
    expect(of(lines, 'write permissions')).toMatchObject({
      result: 'unseen',
      text: expect.stringContaining('may not read its own command policies'),
    });
    expect(status).toBe(0);
  });

  it('tries writes where it is asked to, and changes nothing', async () => {
    const started = await appliance();
    const before = started.runningConfig();
    const { lines, status } = await doctor('--nitro', started.url, '--try-writes');
    expect(of(lines, 'write permissions')).toMatchObject({ result: 'ok', text: expect.stringMatching(/^5\d of /) });
    expect(of(lines, 'other writes')).toMatchObject({ result: 'unseen' });
    expect(status).toBe(0);
    expect(started.runningConfig()).toBe(before);
  });

  it.each([
    ['nsp-objects', ['nsp-read', 'nsp-bindings', 'nsp-system'], 'bind system user nspass nsp-objects 20'],
    ['nsp-bindings', ['nsp-read', 'nsp-objects', 'nsp-system'], 'bind system user nspass nsp-bindings 30'],
  ])('without %s: the tried writes say so, with the command that mends it', async (_name, names, remedy) => {
    const { lines, status } = await doctor('--nitro', (await appliance(names)).url, '--try-writes');
    expect(wrong(lines).map((line) => line.split(' ').slice(1).join(' '))).toEqual(['write permissions']);
    expect(of(lines, 'write permissions')?.remedy).toContain(remedy);
    expect(status).toBe(1);
  });

  it('a user that may read its policies: every command is judged, none is tried', async () => {
    const seeing = ['add system cmdPolicy see ALLOW "^show system"', 'bind system user nspass see 5'];
    const good = await doctor('--nitro', (await appliance(undefined, seeing)).url);
    expect(of(good.lines, 'write permissions')).toMatchObject({ result: 'ok' });
    expect(of(good.lines, 'other writes')).toBeUndefined();
    const some = await appliance(['nsp-read', 'nsp-objects', 'nsp-bindings'], seeing);
    const bad = await doctor('--nitro', some.url);
    expect(of(bad.lines, 'write permissions')).toMatchObject({
      result: 'failed',
      text: expect.stringContaining('save ns config'),
      remedy: expect.stringContaining('nsp-system 40'),
    });
  });

  it('a type that may not be read: names it', async () => {
    const started = await appliance();
    started.setFaults([{ kind: 'sslpolicy', fault: { type: 'error', code: 2138 } }]);
    const { lines, status } = await doctor('--nitro', started.url);
    expect(of(lines, 'read permissions')).toMatchObject({
      result: 'failed',
      text: expect.stringContaining('sslpolicy'),
    });
    expect(status).toBe(1);
  });

  it('a clock that is an hour behind', async () => {
    const started = await startSimulator({
      username: 'nspass',
      password: 'Long-enough-1',
      now: () => Date.now() - 3_600_000,
    });
    closing.push(() => started.stop());
    const { lines } = await doctor('--nitro', started.url);
    expect(of(lines, 'clock')).toMatchObject({ result: 'failed', text: expect.stringMatching(/^is 3\d{3} s behind/) });
  });

  it('a wrong password: it is reachable, and the source of the credentials is named, not its content', async () => {
    vi.stubEnv('NSPASS_NITRO_PASSWORD', 'wrong-and-secret');
    const { lines, status, text } = await doctor('--nitro', (await appliance()).url);
    expect(lines.map(({ check, result }) => [check, result])).toEqual([
      ['reachable', 'ok'],
      ['credentials', 'failed'],
    ]);
    expect(of(lines, 'credentials')?.text).toContain('NSPASS_NITRO_PASSWORD');
    expect(text).not.toContain('wrong-and-secret');
    expect(status).toBe(1);
  });

  it('no credentials: nothing is called, and the variable is named', async () => {
    vi.stubEnv('NSPASS_NITRO_PASSWORD', '');
    const { lines, status } = await doctor('--nitro', 'http://127.0.0.1:1');
    expect(of(lines, 'credentials')).toMatchObject({
      result: 'failed',
      text: expect.stringContaining('NSPASS_NITRO_PASSWORD'),
    });
    expect(status).toBe(3);
  });

  it('a certificate authority that does not exist: nothing is called, and the file is named', async () => {
    const missing = join(folder, 'missing.pem');
    const { lines, status } = await doctor('--nitro', 'https://127.0.0.1:1', '--ca', missing);
    expect(lines).toMatchObject([
      { check: 'reachable', result: 'unseen' },
      { check: 'configuration', result: 'failed', text: expect.stringContaining(missing) },
    ]);
    expect(status).toBe(3);
  });

  it('all appliances of a file: one that is away hides no other', async () => {
    const started = await appliance();
    const entry = (name: string, url: string) =>
      `  - { name: ${name}, clusters: [c1], endpoints: ['${url}'], credentials: { environment: NSPASS_NITRO } }`;
    const file = join(folder, 'appliances.yml');
    await writeFile(
      file,
      ['appliances:', entry('gone', 'http://127.0.0.1:1'), entry('edge', started.url), ''].join('\n'),
    );
    const { lines, status } = await doctor('--config', file);
    // The appliance is new.
    expect(wrong(lines)).toEqual(['gone reachable', 'edge clusters']);
    expect(of(lines, 'reachable')).toMatchObject({
      text: expect.stringContaining('http://127.0.0.1:1'),
      remedy: expect.stringContaining('http://127.0.0.1:1'),
    });
    expect(lines.find(({ subject, check }) => subject === 'edge' && check === 'drift')).toMatchObject({ result: 'ok' });
    expect(status).toBe(1);
    expect((await doctor('--config', file, '--appliance', 'gone')).status).toBe(3);
  });

  it('every side that was named, and none is reached → a line for each, and exit status 3', async () => {
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_REGION']) vi.stubEnv(name, undefined);
    const kubeconfig = join(folder, 'kubeconfig.json');
    const cluster = { name: 'gone', cluster: { server: 'https://127.0.0.1:1' } };
    const contexts = [{ name: 'gone', context: { cluster: 'gone', user: 'me' } }];
    const users = [{ name: 'me', user: { token: 'secret-token' } }];
    await writeFile(kubeconfig, JSON.stringify({ clusters: [cluster], contexts, users, 'current-context': 'gone' }));
    const sides = [
      '--nitro',
      'http://127.0.0.1:1',
      '--deployment',
      'd',
      '--endpoint',
      'http://127.0.0.1:1',
      '--cluster',
    ];
    const { lines, status, text } = await doctor(...sides, '--kubeconfig', kubeconfig);
    expect(new Set(lines.map(({ group }) => group))).toEqual(new Set(['appliance', 'aws', 'cluster']));
    expect(new Set(wrong(lines))).toEqual(
      new Set(['http://127.0.0.1:1 reachable', 'd reachable', 'https://127.0.0.1:1 reachable']),
    );
    expect(lines.find(({ group, check }) => group === 'aws' && check === 'reachable')?.text).toContain('(--endpoint)');
    expect(lines.find(({ group, check }) => group === 'cluster' && check === 'credentials')?.text).toContain(
      kubeconfig,
    );
    expect(text).not.toMatch(/secret-token|Long-enough-1/);
    expect(status).toBe(3);
  });

  it.each([
    [[], /Nothing to check is named/],
    [['--nitro', 'http://127.0.0.1:1', '--namespace', 'x'], /--namespace needs --cluster/],
    [['--nitro', 'http://127.0.0.1:1', '--service-account', 'x'], /--service-account needs --cluster/],
  ])('%j → wrong usage', async (args, message) => {
    await expect(doctor(...args)).rejects.toThrow(message);
  });
});
