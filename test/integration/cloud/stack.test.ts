import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DoctorGroup } from '../../../lib/cli/doctor/check.ts';
import { checkCloud } from '../../../lib/cli/doctor/cloud-group.ts';
import { redrive } from '../../../lib/cli/redrive-queue.ts';
import { replayCommand } from '../../../lib/cli/replay.ts';
import { messagesIn, queueUrl } from '../../../lib/cli/replay-drained.ts';
import { replayVerifier } from '../../../lib/cli/replay-verify.ts';
import { isDelivered } from '../../../lib/cli/why/queue-link.ts';
import { seeQueue } from '../../../lib/cli/why/see-queue.ts';
import { PARKING } from '../../../lib/config/topology.ts';
import { state } from '../../support/events.ts';
import { CLOUD_TOOLS, SKIPPED } from './support/ministack.ts';
import { UNKNOWN_TYPES } from './support/stack.ts';
import { DEPLOYMENT, RECONCILE, startWorld, until, type World } from './support/world.ts';
import { unzip, zip } from './support/zip.ts';

const now = Date.now();
const has = (world: World, text: string) => () => world.config().some((line) => line.includes(text));

// One stack for all: what a test leaves on the appliance has names of its own.
describe.skipIf(!CLOUD_TOOLS)(`the packaged stack, deployed on an emulated cloud${SKIPPED}`, () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world?.stop());
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  const update = async (content: Buffer): Promise<void> => {
    await world.api.rest(
      'lambda',
      'PUT',
      `/2015-03-31/functions/${world.stack.resources.get(RECONCILE)}/code`,
      JSON.stringify({ ZipFile: content.toString('base64') }),
    );
  };

  /** Messages in a queue of the deployment, those at work too. */
  const waiting = async (name: string): Promise<number> =>
    messagesIn(world.sqs, await queueUrl(world.sqs, `${DEPLOYMENT}-${name}`));

  const doctor = (): Promise<DoctorGroup> =>
    checkCloud({
      deployment: DEPLOYMENT,
      appliances: [{ name: 'edge', clusters: ['c1'] }],
      endpoint: world.ministack.endpoint,
      region: world.api.region,
      looking: () => {},
    });
  const wrong = ({ checks }: DoctorGroup): string[] =>
    checks.flatMap(({ check, result }) => (result === 'ok' ? [] : [`${result} ${check}`]));

  it('is made by CloudFormation, but for the types that the emulator does not know', () => {
    expect(world.stack.refused).toEqual(UNKNOWN_TYPES);
    expect(world.stack.outputs.get('BusName')).toBe(DEPLOYMENT);
  });

  it('has all that nspass doctor looks for', async () => {
    const group = await doctor();
    expect(wrong(group)).toEqual([]);
    expect(group.checks.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['bus', 'archive', 'clock', 'queue edge.fifo', 'event source edge.fifo']),
    );
  });

  it('programs a change, and tells the forwarder in its queue (REP-3)', async () => {
    await world.publish(now, state('first', { members: ['10.1.0.1'] }));
    await until(world, 'the host is bound', has(world, 'first.example.com'));
    let found: unknown;
    await until(world, 'the outcome is there', async () => {
      found = (await world.outcomes()).find(({ detailType }) => detailType === 'Ingress Programmed');
      return found !== undefined;
    });
    expect(found).toMatchObject({
      data: { cluster: 'c1', appliance: 'edge', name: 'first', hosts: ['first.example.com'] },
    });
  });

  it('keeps the order within the group: nothing is stale, and the last state stands', async () => {
    for (let step = 0; step < 20; step += 1) {
      await world.publish(now + 100 + step, state('ordered', { members: [`10.2.0.${step + 1}`] }));
    }
    await until(world, 'the last member is there', has(world, '10.2.0.20'));
    const outcomes = await world.outcomes();
    expect(outcomes.filter(({ detailType }) => detailType === 'Ingress Stale')).toEqual([]);
    expect(world.config().filter((line) => /10\.2\.0\.(1|19) /.test(line) && line.startsWith('bind'))).toEqual([]);
  });

  it('loses nothing while the appliance is down', async () => {
    world.appliance.setFaults([{ fault: { type: 'status', status: 503 } }]);
    await world.publish(now + 200, state('patient'));
    await world.publish(now + 201, state('patient-too'));
    await until(world, 'a batch went back', async () =>
      (await world.ministack.log()).includes('batch returned to the queue'),
    );
    expect(has(world, 'patient.example.com')()).toBe(false);
    world.appliance.setFaults([]);
    await until(world, 'the first is programmed', has(world, 'patient.example.com'));
    await until(world, 'the second is programmed', has(world, 'patient-too.example.com'));
    const log = await world.ministack.log();
    expect(log).toContain('"BatchesReturned":1');
    expect(log).not.toContain('"password"');
  });

  it('waits while the appliance is paused, and goes on from there', async () => {
    const source = world.stack.resources.get('ReconcileEventSourceMappingSQSWorkQueueEdge');
    const enable = (Enabled: boolean): Promise<string> =>
      world.api.rest('lambda', 'PUT', `/2015-03-31/event-source-mappings/${source}`, JSON.stringify({ Enabled }));
    await enable(false);
    await world.publish(now + 250, state('paused'));
    await until(world, 'the event waits', async () => (await waiting('edge.fifo')) === 1);
    expect(has(world, 'paused.example.com')()).toBe(false);
    expect(wrong(await doctor())).toEqual(['failed event source edge.fifo']);
    const { endpoint } = world.ministack;
    const seen = await seeQueue({ deployment: DEPLOYMENT, appliance: 'edge', endpoint, region: world.api.region });
    expect(isDelivered({ queue: seen })).toMatchObject({
      result: 'failed',
      text: 'edge is paused: its event source mapping is Disabled. 1 event waits for edge',
      remedy: expect.stringContaining(`--uuid ${source} --enabled`),
    });
    await enable(true);
    await until(world, 'it is programmed', has(world, 'paused.example.com'));
    await until(world, 'nothing waits', async () => (await waiting('edge.fifo')) === 0);
  });

  it('parks a poison event with its reason, and redrives it when the cause is mended', async () => {
    const good = await world.project.zip(RECONCILE);
    const files = unzip(good);
    const bundle = files.get('functions/reconcile.mjs')?.toString() ?? '';
    // A function of another version of the contract.
    const other = bundle.replaceAll('nspass.ingress.changed.v1', 'nspass.ingress.changed.v0');
    await update(zip(new Map([...files, ['functions/reconcile.mjs', Buffer.from(other)]])));
    await world.publish(now + 300, state('poison'));
    await until(world, 'it is parked', async () => (await waiting(PARKING)) === 1);
    expect(has(world, 'poison.example.com')()).toBe(false);
    let outcome: unknown;
    await until(world, 'the forwarder hears of it', async () => {
      outcome = (await world.outcomes()).find(({ detailType }) => detailType === 'Ingress Failed');
      return outcome !== undefined;
    });
    expect(outcome).toMatchObject({
      data: { name: 'poison', retry: false, reason: expect.stringContaining('this version reads') },
    });

    const wish = {
      deployment: DEPLOYMENT,
      queue: 'parked',
      appliances: [],
      startedAt: Date.now(),
      polls: 150,
      pollMs: 100,
    } as const;
    expect(wrong(await doctor())).toEqual([`failed queue ${PARKING}`]);
    const look = await redrive(world.sqs, { ...wish, dryRun: true });
    expect(look.redriven).toMatchObject([{ appliance: 'edge', reason: expect.stringContaining('this version reads') }]);
    const none = await redrive(world.sqs, { ...wish, reason: 'something else', dryRun: false });
    expect([none.redriven.length, none.left.length]).toEqual([0, 1]);

    const early = await redrive(world.sqs, { ...wish, dryRun: false });
    expect([early.redriven.length, early.bounced.length, early.left.length]).toEqual([1, 1, 0]);
    expect(await waiting(PARKING)).toBe(1);

    await update(good);
    const done = await redrive(world.sqs, { ...wish, reason: 'THIS VERSION', dryRun: false });
    expect([done.redriven.length, done.left.length]).toEqual([1, 0]);
    await until(world, 'it is programmed', has(world, 'poison.example.com'));
    expect(await waiting(PARKING)).toBe(0);
  });

  it('rebuilds a wiped appliance from the archive: nspass replay (LIF-4)', async () => {
    // Policies of back ends exclude each other: which of them stands first says nothing.
    const config = (): string[] =>
      world
        .config()
        .map((line) => line.replace(/(policyName nsp-default-.* -priority) \d+/, '$1'))
        .sort();
    const before = config();
    await world.appliance.wipe();
    expect(world.config()).toEqual([]);
    const own = join(world.project.dir, 'operator.yml');
    const packaged = await readFile(join(world.project.dir, 'appliances.yml'), 'utf8');
    await writeFile(own, packaged.replace('{ secret: nspass/edge }', '{ environment: EDGE }'));
    vi.stubEnv('EDGE_USERNAME', 'nspass');
    vi.stubEnv('EDGE_PASSWORD', 'secret');
    expect((await replayVerifier(own, {})('edge')).complaints).toContain('no Ingress is recorded on it');
    const said = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    const args = [
      '--endpoint',
      world.ministack.endpoint,
      '--region',
      world.api.region,
      '--cluster',
      'c1',
      '--config',
      own,
    ];
    await replayCommand().parseAsync(['--deployment', DEPLOYMENT, ...args], { from: 'user' });
    const lines = said.mock.calls.map(([line]) => String(line));
    said.mockRestore();
    expect(lines.slice(-3).join('')).toContain('all events were applied, and the appliances are as recorded\n');
    expect(process.exitCode ?? 0).toBe(0);
    expect(config()).toEqual(before);
  });

  it('saves the configuration because the scheduled audit asks for it (LIF-9)', async () => {
    expect(world.appliance.savedConfig()).not.toContain('poison.example.com');
    const name = world.stack.resources.get('AuditSchedulerSchedule1');
    const schedule = await world.api.rest('scheduler', 'GET', `/schedules/${name}?groupName=${DEPLOYMENT}`);
    expect(JSON.parse(schedule)).toMatchObject({
      GroupName: DEPLOYMENT,
      ScheduleExpression: 'rate(5 minutes)',
      State: 'ENABLED',
      Target: {
        Arn: expect.stringMatching(/:function:.*-audit$/),
        RoleArn: expect.stringContaining('AuditScheduleRole'),
      },
    });
    await world.invoke(world.stack.resources.get('AuditLambdaFunction') ?? '');
    await until(world, 'it is saved', () => world.appliance.savedConfig().includes('poison.example.com'));
  });

  it('finds drift in the scheduled audit, whose request brings the repair (LIF-7)', async () => {
    const row = world.config().find((line) => / first\.example\.com /.test(line));
    expect(row).toBeDefined();
    // Somebody at the console of the appliance.
    const path = 'policystringmap_pattern_binding/nsp_f_192_0_2_10_443?args=key:first.example.com';
    const { ok } = await fetch(`${world.appliance.url}/nitro/v1/config/${path}`, {
      method: 'DELETE',
      headers: { 'x-nitro-user': 'nspass', 'x-nitro-pass': 'secret' },
    });
    expect(ok).toBe(true);
    expect(world.config()).not.toContain(row);

    await world.invoke(world.stack.resources.get('AuditLambdaFunction') ?? '');
    let request: unknown;
    await until(world, 'the forwarder is asked', async () => {
      request = (await world.outcomes()).find(
        (event) => event.detailType === 'Resync Requested' && event.data.reason.includes('HostMissing'),
      );
      return request !== undefined;
    });
    expect(request).toMatchObject({ data: { cluster: 'c1', appliances: ['edge'] } });
    expect(await world.ministack.log()).toContain('"code":"HostMissing"');

    await world.publish(now + 1_000, state('first', { members: ['10.1.0.1'] }), ['edge']);
    await until(world, 'it is repaired', () => world.config().includes(row ?? ''));
  });
});
