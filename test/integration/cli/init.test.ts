import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseAppliances } from '../../../lib/config/yaml.ts';
import { type Simulator, startSimulator } from '../../../lib/simulator/index.ts';
import { Session } from '../../support/sessions.ts';
import { CTRL_C, CTRL_U, ENTER, HAS_TERMINAL, type Step, settled, terminalRun } from '../../support/terminal-run.ts';

const RECORDED = 'test/integration/cli/init-session.txt';
const PASSWORD = 'correct-horse-battery';
const CREDENTIALS = { NSPASS_NITRO_USERNAME: 'nsroot', NSPASS_NITRO_PASSWORD: PASSWORD };
const EDGE = 'http://192.0.2.5';

let pair: Simulator;
beforeAll(async () => {
  // Somebody else's virtual server, which is never proposed.
  const config = 'add cs vserver other SSL 198.51.100.7 443\n';
  pair = await startSimulator({ username: 'nsroot', password: PASSWORD, ha: {}, config });
});
afterAll(() => pair.stop());

const closing: (() => void)[] = [];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nspass-init-'));
  closing.push(() => rmSync(folder, { recursive: true }));
});
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A session without a terminal. */
function session(env: Readonly<Record<string, string>> = CREDENTIALS): Session {
  const started = new Session({ env, secrets: [PASSWORD], replace: [[pair.url, EDGE]] });
  closing.push(() => started.close());
  return started;
}

const appliancesIn = (file: string) => parseAppliances(readFileSync(file, 'utf8'), file);

describe('nspass init --yes', () => {
  it('takes flags and proposals, writes, and checks with doctor; a second one is added, and nothing else changes', async () => {
    const started = session();
    const file = join(started.folder, 'appliances.yml');
    const first = await started.run(['init', '--yes', '--nitro', pair.url, '--cluster', 'prod-eu']);
    expect(first.text).toContain('It is a member of an HA pair (192.0.2.1, 192.0.2.2).');
    expect(first.text).toContain('Others have virtual servers on 198.51.100.7');
    expect(first.text).toMatch(/appliances\.yml is written, with the appliance edge\.\n[\s\S]*✓/);
    // Nothing was programmed yet, which doctor may call wrong.
    expect([0, 1]).toContain(first.status);
    expect(appliancesIn(file)).toMatchObject([
      { name: 'edge', clusters: ['prod-eu'], endpoints: [pair.url], credentials: { environment: 'NSPASS_NITRO' } },
    ]);

    const before = `${readFileSync(file, 'utf8')}# ours\n`;
    writeFileSync(file, before);
    const refused = await started.run(['init', '--yes', '--nitro', pair.url, '--cluster', 'prod-eu']);
    expect(refused).toEqual({
      status: 2,
      text: 'nspass: appliances.yml exists: add --add to add an appliance to it, or --force to replace it.\n',
    });
    expect(readFileSync(file, 'utf8')).toBe(before);

    const added = await started.run([
      'init',
      '--yes',
      '--add',
      '--offline',
      '--nitro',
      'https://10.0.0.7',
      '--name',
      'lab',
    ]);
    expect(added).toEqual({ status: 0, text: 'nspass: appliances.yml is written, with the appliance lab.\n' });
    expect(readFileSync(file, 'utf8').startsWith(before)).toBe(true);
    expect(appliancesIn(file).map(({ name, clusters }) => [name, clusters])).toEqual([
      ['edge', ['prod-eu']],
      ['lab', ['prod-eu']],
    ]);
    expect(readdirSync(started.folder).sort()).toEqual(['.printed', 'appliances.yml']);
  });

  it('an appliance that does not answer: the file stays, the command to repeat is named, and the status is 3', async () => {
    const started = session();
    const args = ['--nitro', 'http://127.0.0.1:1', '--cluster', 'prod-eu', '--name', 'away', '--secret', 'nspass/away'];
    const env = ['--credentials-env', 'NSPASS_NITRO'];
    const { status, text } = await started.run(['init', '--yes', ...args.slice(0, -2), ...env]);
    expect(status).toBe(3);
    expect(text).toContain('the connection was refused');
    expect(text).toContain(
      'away could not be checked; appliances.yml stays. Check it later: nspass doctor --config appliances.yml --appliance away\n',
    );
    expect(appliancesIn(join(started.folder, 'appliances.yml'))).toHaveLength(1);
    // --dry-run writes nothing, --force is what replaces.
    const before = readFileSync(join(started.folder, 'appliances.yml'), 'utf8');
    const dry = await started.run(['init', '--yes', '--force', '--offline', '--dry-run', ...args]);
    expect([dry.status, dry.text]).toEqual([0, expect.stringContaining('secret: nspass/away')]);
    expect(readFileSync(join(started.folder, 'appliances.yml'), 'utf8')).toBe(before);
    await started.run(['init', '--yes', '--force', '--offline', ...args]);
    expect(readFileSync(join(started.folder, 'appliances.yml'), 'utf8')).toBe(dry.text);
  });

  it('without a terminal, and without --yes: the missing flags are named', async () => {
    const started = session();
    expect(await started.run(['init'])).toEqual({
      status: 2,
      text: 'nspass: There is no terminal to ask questions on: add --yes, --nitro, --cluster.\n',
    });
    expect(existsSync(join(started.folder, 'appliances.yml'))).toBe(false);
  });
});

describe.skipIf(!HAS_TERMINAL)('nspass init on a terminal', () => {
  const answers = (url: string): Step[] => [
    ['Address of the NITRO API', url + ENTER],
    ['What answers at this address', ENTER],
    ['Where are user name and password', ENTER],
    ['Beginning of their names', ENTER],
    ['Name of the appliance', ENTER],
    ['Clusters that it serves', `Prod_1${ENTER}`],
    ['entry 1: lower-case letters', `${CTRL_U}prod-eu${ENTER}`],
    ['Only these namespaces', ENTER],
    ['VIP for Ingresses', `192.0.2.10${ENTER}`],
    ['Ranges that a VIP must lie in', ENTER],
    ['Ranges of the pods', ENTER],
    ['Domains that only some', `shop.example.com=shop,team${ENTER}`],
    ['Prefix of every name', ENTER],
  ];

  it('a whole session: questions, proposals, a wrong answer, the file, and the checks', async () => {
    const { status, raw } = await terminalRun(['init'], [...answers(pair.url), ['Write appliances.yml?', ENTER]], {
      cwd: folder,
      env: CREDENTIALS,
    });
    const file = join(folder, 'appliances.yml');
    expect(appliancesIn(file)).toMatchObject([
      {
        name: 'edge',
        clusters: ['prod-eu'],
        endpoints: [pair.url],
        credentials: { environment: 'NSPASS_NITRO' },
        defaultVip: '192.0.2.10',
        frontendIPs: ['192.0.2.10'],
        hostOwnership: [{ suffix: 'shop.example.com', namespaces: ['shop', 'team'] }],
      },
    ]);
    expect([0, 1]).toContain(status);
    expect(raw).not.toContain(PASSWORD);
    const shown = settled(raw).replaceAll(pair.url, EDGE);
    const end = shown.indexOf('is written') + 'is written'.length;
    // The lines of doctor have tests of their own.
    expect(shown.slice(end)).toContain('✓');
    const text = `${shown.slice(0, end)}…\n`;
    if (process.env.NSPASS_RECORD === '1') writeFileSync(RECORDED, text);
    expect(text).toBe(readFileSync(RECORDED, 'utf8'));
  });

  it.each<[string, Step[]]>([
    ['at the first question', [['Address of the NITRO API', CTRL_C]]],
    ['at the last one', [...answers('http://127.0.0.1:1'), ['Write appliances.yml?', CTRL_C]]],
    ['No at the last one', [...answers('http://127.0.0.1:1'), ['Write appliances.yml?', `n${ENTER}`]]],
  ])('Ctrl-C %s: nothing is written, and that is said', async (_where, steps) => {
    const { status, raw } = await terminalRun(['init', '--offline'], steps, { cwd: folder, env: CREDENTIALS });
    expect(status).toBe(130);
    expect(raw).toContain('nspass: cancelled: nothing was written.');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('an existing file: it is asked what shall happen, and Nothing keeps it', async () => {
    const file = join(folder, 'appliances.yml');
    writeFileSync(file, '# mine\n');
    const down = '\u001b[B';
    const { status, raw } = await terminalRun(
      ['init', '--offline'],
      [['appliances.yml exists. What shall happen with it?', down + down + ENTER]],
      { cwd: folder },
    );
    expect([status, raw]).toEqual([130, expect.stringContaining('nothing was written')]);
    expect(readFileSync(file, 'utf8')).toBe('# mine\n');
  });
});
