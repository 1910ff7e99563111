import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messagesIn, queueUrl } from '../../../lib/cli/replay-drained.ts';
import { PARKING } from '../../../lib/config/topology.ts';
import { SOURCES } from '../../../lib/contract/index.ts';
import { state } from '../../support/events.ts';
import { CLOUD_TOOLS, SKIPPED } from '../cloud/support/ministack.ts';
import { ROOT } from '../cloud/support/project.ts';
import { changedEvent, DEPLOYMENT, startWorld, until, type World } from '../cloud/support/world.ts';
import { REMOVAL, RUNBOOKS } from './pages.ts';

/** The commands of a page that begin so, as they are written. */
function written(page: string, begin: string): string[] {
  const pages = page === 'removal' ? [REMOVAL] : RUNBOOKS.filter(({ name }) => name === page);
  const found = pages.flatMap(({ commands }) => commands).filter((command) => command.startsWith(begin));
  if (found.length === 0) throw new Error(`${page}.md has no command "${begin}"`);
  return found;
}

// One after the other, as somebody does it who follows the pages.
describe.skipIf(!CLOUD_TOOLS)(`commands of the runbooks, run as they are written${SKIPPED}`, () => {
  let world: World;
  let dir: string;

  beforeAll(async () => {
    world = await startWorld();
    dir = world.project.dir;
  });
  afterAll(() => world?.stop());

  /** Runs a line of a page in bash, with `nspass` on the PATH as the page says, and credentials and place of the emulator. */
  function run(line: string): Promise<{ status: number; output: string }> {
    const nspass = `nspass() { '${process.execPath}' '${join(ROOT, 'lib/cli/main.ts')}' "$@"; }`;
    return new Promise((resolve) => {
      const child = spawn('bash', ['-c', `${nspass}\n${line}`], {
        cwd: dir,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env.PATH,
          HOME: dir,
          DEPLOYMENT,
          AWS_ENDPOINT_URL: world.ministack.endpoint,
          AWS_REGION: world.api.region,
          AWS_ACCESS_KEY_ID: 'test',
          AWS_SECRET_ACCESS_KEY: 'test',
        },
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text;
        });
      }
      child.on('close', (status) => resolve({ status: status ?? -1, output }));
    });
  }

  const parked = async (): Promise<number> =>
    messagesIn(world.sqs, await queueUrl(world.sqs, `${DEPLOYMENT}-${PARKING}`));
  const has = (text: string): boolean => world.config().some((line) => line.includes(text));

  /** Puts an event of ours on the bus that this version cannot read. */
  const poison = async (): Promise<void> => {
    const good = changedEvent(Date.now(), state('poison'));
    const detail = { ...good.detail, type: 'nspass.ingress.changed.v9' };
    const entry = { EventBusName: DEPLOYMENT, Source: SOURCES.forwarder, DetailType: good.detailType };
    await world.eventBridge.send(new PutEventsCommand({ Entries: [{ ...entry, Detail: JSON.stringify(detail) }] }));
  };

  it('poison-event: looks, redrives, and ends while the cause is not mended', async () => {
    await world.publish(Date.now(), state('kept', { members: ['10.1.0.1'] }));
    await until(world, 'it is programmed', () => has('kept.example.com'));
    await poison();
    await until(world, 'it is parked', async () => (await parked()) === 1);

    const [look = '', undelivered = ''] = written('poison-event', 'nspass redrive').filter((line) =>
      line.includes('--dry-run'),
    );
    const seen = await run(look);
    expect(seen).toMatchObject({ status: 0, output: expect.stringContaining('1 would be redriven, 0 left') });
    // The page sorts by this reason.
    expect(seen.output).toContain('this version reads ');
    expect(await run(undelivered)).toMatchObject({ status: 0, output: '0 would be redriven, 0 left\n' });

    const redrives = written('poison-event', 'nspass redrive').filter((line) => !line.includes('--dry-run'));
    expect(redrives).toHaveLength(2);
    for (const line of redrives) {
      const { status, output } = await run(line);
      expect(output).toContain('1 redriven, 0 left, 1 came back\n');
      expect(output).toMatch(/ {2}came back {2}/);
      expect(status).toBe(1);
    }
    expect(await parked()).toBe(1);
  });

  it('appliance-lost: the replay rebuilds an empty appliance, and tells what cannot be read from the rest', async () => {
    const before = world.config().sort();
    await world.appliance.wipe();
    expect(world.config()).toEqual([]);
    const [replay = ''] = written('appliance-lost', 'nspass replay');
    const { status, output } = await run(replay);
    expect(output).toContain('all other events were applied, and the appliances are as recorded\n');
    expect(output).toMatch(/^replaying from \S+ to \S+, about \d+ events, to edge \(c1\)$/m);
    expect(output).toContain('1 archived event cannot be read and was parked');
    expect(status).toBe(3);
    expect(world.config().sort()).toEqual(before);
  });

  it('appliance-restored: so does the replay where the cluster is gone', async () => {
    const before = world.config().sort();
    const [replay = ''] = written('appliance-restored', 'nspass replay');
    expect((await run(replay)).status).toBe(3);
    expect(world.config().sort()).toEqual(before);
  });

  it('removal: says what would go, and takes it away', async () => {
    const [look = '', remove = ''] = written('removal', 'nspass remove');
    const said = await run(look);
    expect(said.status).toBe(0);
    expect(said.output).toMatch(/\d+ objects would be removed from edge: add --yes to remove them\.\n$/);
    expect(has('kept.example.com')).toBe(true);
    const done = await run(remove);
    expect(done).toMatchObject({ status: 0 });
    expect(world.config()).toEqual([]);
    expect(world.appliance.savedConfig()).not.toContain('kept.example.com');
  });

  it('credentials-rotated: a secret of this form is taken', async () => {
    const [form = ''] = RUNBOOKS.filter(({ name }) => name === 'credentials-rotated')
      .flatMap(({ code }) => code)
      .filter((span) => span.startsWith('{'));
    await writeFile(join(dir, 'new.json'), form.replace('…', 'secret'));
    const SecretString = await readFile(join(dir, 'new.json'), 'utf8');
    await world.api.json('secretsmanager', 'secretsmanager.PutSecretValue', { SecretId: 'nspass/edge', SecretString });
    const { status } = await run(written('removal', 'nspass remove')[0] ?? '');
    expect(status).toBe(0);
  });
});
