import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter, MAX_LINE } from '../../../../lib/forwarder/kubernetes/line-splitter.ts';

describe('LineSplitter', () => {
  it('gives every whole line, cut anywhere, and keeps the last one that never ended', () => {
    const line = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\n'));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), line, fc.integer({ min: 1, max: 9 }), (lines, rest, size) => {
        const bytes = Buffer.from([...lines.map((text) => `${text}\n`), rest].join(''), 'utf8');
        const got: string[] = [];
        const splitter = new LineSplitter((line) => got.push(line.toString('utf8')));
        for (let at = 0; at < bytes.length; at += size) splitter.push(bytes.subarray(at, at + size));
        expect(got).toEqual(lines);
      }),
    );
  });

  it('passes over empty lines', () => {
    const got: string[] = [];
    new LineSplitter((line) => got.push(line.toString('utf8'))).push(Buffer.from('\na\n\nb\n'));
    expect(got).toEqual(['a', 'b']);
  });

  it('refuses a line that is longer than any object', () => {
    const splitter = new LineSplitter(() => {});
    const chunk = Buffer.alloc(MAX_LINE / 4, 'x');
    for (let times = 0; times < 4; times += 1) splitter.push(chunk);
    expect(() => splitter.push(chunk)).toThrow(/bytes/);
  });
});
