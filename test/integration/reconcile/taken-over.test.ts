import { afterEach, describe, expect, it } from 'vitest';
import { startWorld, type World, type WorldOptions } from '../../support/engine.ts';
import { changed, state, withdrawn, work } from '../../support/events.ts';

/** LIF-5: what carries our mark no more, because somebody took it over, is neither changed nor removed. */

const REDIRECT = { 'ingress.citrix.com/insecure-termination': 'redirect' };

let world: World | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

/** Two Ingresses, of which somebody took over server and group of `a`. */
async function start(options: WorldOptions = {}, types = ['lbvserver', 'servicegroup']) {
  const at = await startWorld(options);
  world = at;
  await at.deliver(changed(10, state('a')), changed(11, state('b')));
  const rows = await at.engine.reader.rows('lbvserver');
  const name = String(rows.find(({ comment }) => String(comment).endsWith('/a'))?.name);
  const takeOver = async (): Promise<void> => {
    for (const type of types) {
      const id = type === 'lbvserver' ? 'name' : 'servicegroupname';
      const [refused] = await at.engine.writer.set(type, [{ [id]: name, comment: 'mine, hands off' }]);
      expect(refused).toBeUndefined();
    }
  };
  const theirs = (): string[] =>
    at.config().filter((line) => line.includes('hands off') || new RegExp(`^bind serviceGroup ${name} `).test(line));
  return { at, takeOver, theirs };
}

describe('objects that somebody took over', () => {
  it('stay when their Ingress is withdrawn, and its outcome names them', async () => {
    const { at, takeOver, theirs } = await start();
    await takeOver();
    const before = theirs();
    expect(before).toHaveLength(3);
    const { outcomes } = await at.deliver(withdrawn(20, 'a'));
    expect(theirs()).toEqual(before);
    expect(outcomes.map(({ detailType }) => detailType)).toEqual(['Ingress Removed']);
    expect(outcomes).toMatchObject([
      { data: { findings: [{ code: 'ObjectTakenOver' }, { code: 'ObjectTakenOver' }] } },
    ]);
    expect(at.config().filter((line) => /nsp_f_\S+ a\.example/.test(line))).toEqual([]);
  });

  it('stay when their Ingress moves with its redirects to another address and host: their marks came with the rows', async () => {
    const at = await startWorld();
    world = at;
    const annotations = { 'ingress.citrix.com/insecure-termination': 'redirect' };
    await at.deliver(changed(10, state('a', { annotations })));
    const [row] = await at.engine.reader.rows('lbvserver');
    await at.engine.writer.set('lbvserver', [{ name: row?.name, comment: 'mine, hands off' }]);
    const { outcomes } = await at.deliver(
      changed(20, state('a', { annotations, vip: '192.0.2.97', hosts: ['other.example.com'] })),
    );
    expect(outcomes).toMatchObject([
      { detailType: 'Ingress Programmed', data: { findings: [{ code: 'ObjectTakenOver' }] } },
    ]);
    expect((await at.engine.reader.rows('lbvserver')).map(({ comment }) => comment)).toContain('mine, hands off');
  });

  it.each([[['servicegroup']], [['lbvserver', 'servicegroup']]])(
    'keep their members when those of the Ingress change: %j',
    async (types) => {
      const { at, takeOver, theirs } = await start({}, types);
      await takeOver();
      const before = theirs();
      const { outcomes } = await at.deliver(changed(20, state('a', { members: ['10.1.0.9'] })));
      expect(theirs()).toEqual(before);
      expect(outcomes).toMatchObject([
        {
          detailType: 'Ingress Failed',
          data: { reason: expect.stringContaining('without our mark'), findings: [{ code: 'ObjectTakenOver' }] },
        },
      ]);
      // Others of the same batch and front end go on.
      const { outcomes: other } = await at.deliver(changed(30, state('b', { members: ['10.1.0.8'] })));
      expect(other.map(({ detailType }) => detailType)).toEqual(['Ingress Programmed']);
    },
  );

  it.each([
    ['csvserver', 'nsp-192.0.2.10-443'],
    ['csvserver', 'nsp-192.0.2.10-80'],
    ['sslpolicy', 'nsp-gate-192.0.2.10-443'],
    ['responderpolicy', 'nsp-redirect-443-x-192.0.2.10-80'],
    ['responderaction', 'nsp-redirect-443-192.0.2.10-80'],
  ])('of a front end stay when its last Ingress is withdrawn: %s %s', async (type, name) => {
    const at = await startWorld();
    world = at;
    await at.deliver(changed(10, state('a', { annotations: REDIRECT })));
    const [refused] = await at.engine.writer.set(type, [{ name, comment: 'mine, hands off' }]);
    expect(refused).toBeUndefined();
    const theirs = (): string[] => at.config().filter((line) => line.includes('hands off'));
    const before = theirs();
    expect(before).toHaveLength(1);
    await at.deliver(withdrawn(20, 'a'));
    expect(theirs()).toEqual(before);
    // Its tombstone names no place: the claims that could not go are found by looking everywhere.
    for (const sequence of [30, 40]) {
      await at.deliver(withdrawn(sequence, 'a', { verify: ['appliance'] }));
      expect(theirs()).toEqual(before);
    }
  });

  it('of a front end are not set when an Ingress asks for other settings', async () => {
    const { at } = await start();
    const name = 'nsp-192.0.2.10-443';
    await at.engine.writer.set('csvserver', [{ name, comment: 'mine, hands off' }]);
    const theirs = (): string[] => at.config().filter((line) => line.includes('hands off'));
    const before = theirs();
    await at.deliver(
      changed(20, state('a', { annotations: { 'ingress.citrix.com/csvserver': '{"clttimeout":"77"}' } })),
    );
    expect(theirs()).toEqual(before);
  });

  it('of redirects stay when the last redirect to their port goes', async () => {
    const at = await startWorld();
    world = at;
    const secure = { ...REDIRECT, 'ingress.citrix.com/secure-port': '8443' };
    await at.deliver(
      changed(10, state('a', { annotations: REDIRECT })),
      changed(11, state('b', { annotations: secure })),
    );
    const name = 'nsp-redirect-8443-x-192.0.2.10-80';
    const [refused] = await at.engine.writer.set('responderpolicy', [{ name, comment: 'mine, hands off' }]);
    expect(refused).toBeUndefined();
    const theirs = (): string[] => at.config().filter((line) => line.includes('hands off'));
    const before = theirs();
    await at.deliver(withdrawn(20, 'b'));
    expect(theirs()).toEqual(before);
  });

  it('stay when their drain time is over, and are remembered no more', async () => {
    let now = 1_000_000;
    const { at, takeOver, theirs } = await start({ settings: { drainSeconds: 300 }, now: () => now });
    await at.deliver(withdrawn(20, 'a'));
    await takeOver();
    const before = theirs();
    now += 400_000;
    const { work: done } = await at.deliver(work('clean-up'));
    expect(done).toMatchObject([
      {
        work: 'clean-up',
        takenOver: [expect.stringMatching(/^lbvserver nsp-/), expect.stringMatching(/^servicegroup nsp-/)],
      },
    ]);
    expect(theirs()).toEqual(before);
    expect(at.config({ ledger: true }).filter((line) => / R\./.test(line))).toEqual([]);
  });
});
