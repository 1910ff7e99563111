import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLE, service } from '../../../lib/cli/demo/manifests.ts';
import { type LocalStack, startLocalStack } from '../../../lib/cli/local/stack.ts';
import { settles } from '../../support/eventually.ts';

const HOST = 'hotdrinks.beverages.com';

function nspass(...args: string[]) {
  const env = { ...process.env, NO_COLOR: '1' };
  const options = { encoding: 'utf8', env } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['lib/cli/main.ts', ...args], options);
  return { status, stdout, stderr };
}

/** The commands on an archive that the whole system made on this machine. */
describe('nspass at and nspass history on a local archive', () => {
  let folder: string;
  let state: string;
  /** Lines of the appliance before the Ingress was deleted. */
  let configured: string[];

  const write = (name: string, text: string): void => writeFileSync(join(folder, 'manifests', name), text);
  const leads = (stack: LocalStack, text: string) =>
    settles(async () => {
      await stack.settled();
      expect(stack.appliance.runningConfig()).toContain(text);
    });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'history-'));
    state = join(folder, '.nspass');
    mkdirSync(join(folder, 'manifests'));
    write('shop.yaml', SAMPLE);
    write('service.yaml', service('frontend-hotdrinks', ['10.244.1.10']));
    const stack = await startLocalStack({ folder: join(folder, 'manifests'), stateDir: state, windowMs: 20 });
    try {
      await stack.ready;
      write('service.yaml', service('frontend-hotdrinks', ['10.244.1.11']));
      await leads(stack, '10.244.1.11');
      configured = stack.appliance.runningConfig().split('\n');
      write('shop.yaml', '');
      await settles(async () => {
        await stack.settled();
        expect(stack.appliance.runningConfig()).not.toContain(HOST);
      });
    } finally {
      await stack.stop();
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('history → one line for each change, in order of time', () => {
    const { status, stdout } = nspass('history', HOST.toUpperCase(), '--archive', state, '-o', 'json');
    expect(status).toBe(0);
    const { changes, clusters } = JSON.parse(stdout) as {
      changes: { change: string; frontend: string; reason: string; event: { type: string } }[];
      clusters: object[];
    };
    const tls = changes.filter(({ frontend }) => frontend.endsWith(':443'));
    expect(tls.map(({ change, event }) => [change, event.type])).toEqual([
      ['add', 'Cluster Snapshot'],
      ['change', 'Ingress Changed'],
      ['remove', 'Ingress Withdrawn'],
    ]);
    expect(tls[1]?.reason).toBe('members +10.244.1.11:8443 -10.244.1.10:8443');
    expect(clusters).toMatchObject([{ cluster: 'local', complete: true }]);
  });

  it('at the end → no route; --host says that the host is gone, and what shows when', () => {
    const now = new Date(Date.now() + 2_000).toISOString();
    expect(nspass('at', now, '--archive', state).stdout).toContain('0 routes at');
    const { status, stderr } = nspass('at', now, '--archive', state, '--host', HOST);
    expect(status).toBe(2);
    expect(stderr).toContain(`nspass history ${HOST} shows whether it ever was`);
  });

  it('commands → what the appliance had before the host was withdrawn', () => {
    const kept = readFileSync(join(state, 'archive', 'nspass.jsonl'), 'utf8').split('\n');
    const archive = join(folder, 'before.jsonl');
    writeFileSync(archive, kept.filter((line) => !line.includes('Ingress Withdrawn')).join('\n'));
    const now = new Date(Date.now() + 2_000).toISOString();
    const { status, stdout } = nspass('at', now, '--archive', archive, '-o', 'commands');
    expect(status).toBe(0);
    const back = stdout.split('\n').filter((line) => line.startsWith('add lb vserver'));
    expect(back).toHaveLength(1);
    const [, , , name] = back[0]?.split(' ') ?? [];
    expect(configured.join('\n')).toContain(`add lb vserver ${name}`);
    expect(stdout).toContain('10.244.1.11');
  });

  it.each([
    [
      'a time before the archive',
      ['at', '2020-01-01', '--archive'],
      /has no event up to 2020-01-01T00:00:00Z: its first is of/,
    ],
    [
      'a host that is nearly another',
      ['history', 'hotdrink.beverages.com', '--since', '1m', '--archive'],
      /nothing happened/,
    ],
  ])('%s → one sentence, and status 2 or 1', (_what, args, text) => {
    const { status, stdout, stderr } = nspass(...args, state);
    expect([1, 2]).toContain(status);
    expect(stderr + stdout).toMatch(status === 2 ? text : /0 changes/);
  });
});
