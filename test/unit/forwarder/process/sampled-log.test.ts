import { describe, expect, it } from 'vitest';
import { sampledLog } from '../../../../lib/forwarder/process/sampled-log.ts';
import { memoryLog } from '../../../support/memory-log.ts';

describe('sampledLog', () => {
  it('writes so many lines of a message each second, then one in a hundred that says so', () => {
    let now = 0;
    const all = memoryLog();
    const log = sampledLog(all, 2, () => now);
    for (let times = 0; times < 203; times += 1) log.info('often', { times });
    log.debug('rare');
    expect(all.lines.map(({ message, fields }) => [message, fields.leftOut])).toEqual([
      ['often', undefined],
      ['often', undefined],
      ['often', 99],
      ['often', 99],
      ['rare', undefined],
    ]);
    now = 1_000;
    log.info('often');
    expect(all.lines).toHaveLength(6);
  });

  it('never leaves an error out, and with 0 nothing', () => {
    const all = memoryLog();
    const log = sampledLog(all, 1, () => 0);
    for (let times = 0; times < 5; times += 1) log.error('broken');
    expect(all.lines).toHaveLength(5);
    expect(sampledLog(all, 0, () => 0)).toBe(all);
  });
});
