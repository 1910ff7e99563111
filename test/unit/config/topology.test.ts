import { describe, expect, it } from 'vitest';
import { outcomesQueueName, type RuleSpec, topology } from '../../../lib/config/topology.ts';
import { DESIRED_STATE, OUTCOMES, SOURCES } from '../../../lib/contract/index.ts';

const two = [
  { name: 'alpha', clusters: ['c1', 'c2'] },
  { name: 'beta', clusters: ['c2'] },
];

const rule = (rules: readonly RuleSpec[], name: string) => rules.find((candidate) => candidate.name === name);

describe('topology', () => {
  it('gives each appliance one FIFO queue with one constant message group', () => {
    const { queues, rules } = topology(two);
    const work = queues.filter((queue) => queue.purpose === 'work');
    expect(work.map(({ name, fifo }) => [name, fifo])).toEqual([
      ['alpha.fifo', true],
      ['beta.fifo', true],
    ]);
    for (const name of ['desired_alpha', 'work_alpha']) {
      expect(rule(rules, name)).toMatchObject({ target: 'alpha.fifo', messageGroup: 'alpha' });
    }
  });

  it('brings an appliance the desired state of its clusters only', () => {
    expect(rule(topology(two).rules, 'desired_alpha')?.pattern).toEqual({
      source: [SOURCES.forwarder],
      'detail-type': [...DESIRED_STATE],
      detail: { data: { cluster: ['c1', 'c2'] } },
    });
  });

  it('brings an appliance the work that is asked of it, by functions and nobody else', () => {
    expect(rule(topology(two).rules, 'work_beta')?.pattern).toEqual({
      source: [SOURCES.functions],
      'detail-type': ['Work Requested'],
      detail: { data: { appliance: ['beta'] } },
    });
  });

  it('gives each cluster one queue of outcomes and resync requests, however many appliances serve it', () => {
    const { queues, rules } = topology(two);
    expect(queues.filter((queue) => queue.purpose === 'outcomes').map((queue) => queue.name)).toEqual([
      'outcomes_c1',
      'outcomes_c2',
    ]);
    expect(rule(rules, 'outcomes_c2')?.pattern).toEqual({
      source: [SOURCES.functions],
      'detail-type': [...OUTCOMES, 'Resync Requested', 'Certificates Expiring'],
      detail: { data: { cluster: ['c2'] } },
    });
    expect(rule(rules, 'outcomes_c2')?.messageGroup).toBeUndefined();
  });

  it('archives desired state only', () => {
    expect(topology(two).archive.pattern).toEqual({ source: [SOURCES.forwarder], 'detail-type': [...DESIRED_STATE] });
  });

  it('sends dead letters of FIFO queues to a FIFO queue, and those of standard queues and of rules to a standard one', () => {
    const { queues, rules } = topology(two);
    const fifo = new Map(queues.map((queue) => [queue.name, queue.fifo]));
    const redriven = queues.filter((queue) => queue.redrive !== undefined);
    expect(redriven).toHaveLength(5);
    for (const queue of redriven) expect(fifo.get(queue.redrive?.queue ?? '')).toBe(queue.fifo);
    for (const { undelivered } of rules) expect(fifo.get(undelivered)).toBe(false);
  });

  it('names every queue once, whatever appliances and clusters are called', () => {
    const awkward = [
      { name: 'dead-letters', clusters: ['parked.letters'] },
      { name: 'undelivered', clusters: ['undelivered', 'a.b', 'a-b'] },
      { name: 'outcomes', clusters: ['outcomes'] },
    ];
    const names = topology(awkward).queues.map((queue) => queue.name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{1,75}(\.fifo)?$/);
  });

  it('gives names that the services take: 64 characters for rules, 80 for queues', () => {
    const long = [{ name: 'a'.repeat(40), clusters: ['c'.repeat(40)] }];
    const { queues, rules } = topology(long);
    for (const { name } of rules) expect(name).toMatch(/^[.\-_A-Za-z0-9]{1,64}$/);
    for (const { name } of queues) expect(name.length).toBeLessThanOrEqual(80);
  });

  it('waits six times the longest run of the function before a message comes again', () => {
    const work = topology(two, { functionTimeoutSeconds: 100 }).queues.find((queue) => queue.name === 'alpha.fifo');
    expect(work?.visibilitySeconds).toBe(600);
  });

  it('keeps a message over a day of failures at a quarter of an hour each', () => {
    const work = topology(two).queues.find((queue) => queue.name === 'alpha.fifo');
    expect((work?.redrive?.maxReceives ?? 0) * 15).toBeGreaterThan(24 * 60);
    expect(work?.redrive?.maxReceives).toBeLessThanOrEqual(1000);
  });

  it('refuses two appliances of one name', () => {
    expect(() => topology([...two, { name: 'beta', clusters: ['c9'] }])).toThrow('two appliances are named "beta"');
  });

  it('refuses more clusters than a pattern has room for', () => {
    const clusters = Array.from({ length: 60 }, (_, index) => `${'c'.repeat(36)}${index}`);
    expect(() => topology([{ name: 'alpha', clusters }])).toThrow('rule desired_alpha');
  });

  it('tells clusters apart that differ in a dot only', () => {
    expect(outcomesQueueName('a.b')).not.toBe(outcomesQueueName('a-b'));
  });
});
