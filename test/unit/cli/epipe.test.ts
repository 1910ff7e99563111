import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { stopOnBrokenPipe } from '../../../lib/cli/epipe.ts';

describe('a reader that goes before the output ends', () => {
  it('asks for the end once, however many writes fail', () => {
    const output = new EventEmitter();
    let asked = 0;
    stopOnBrokenPipe(output, () => {
      asked += 1;
    });
    for (let write = 0; write < 3; write += 1)
      output.emit('error', Object.assign(new Error('write'), { code: 'EPIPE' }));
    expect(asked).toBe(1);
  });

  it('hides no other failure of the output', () => {
    const output = new EventEmitter();
    stopOnBrokenPipe(output, () => {});
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    expect(() => output.emit('error', full)).toThrow(full);
  });
});
