import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../lib/netscaler/index.ts';
import { render } from '../../../lib/plan/index.ts';
import { splitLine } from '../../../lib/simulator/config/tokens.ts';
import { startSimulator } from '../../../lib/simulator/index.ts';
import { activeTexts, HOSTILE_STRINGS } from '../../support/hostile.ts';

/** Texts that `send`, `recv`, `customheaders` and `httprequest` of a monitor may be (VAL-13). */
const monitorText = fc
  .array(
    fc.oneof(fc.integer({ min: 0x20, max: 0x7e }).map(String.fromCharCode), fc.constantFrom(...'\r\n\t"\\q{}-/')),
    {
      minLength: 1,
      maxLength: 40,
    },
  )
  .map((characters) => characters.join(''));

const monitor = (name: string, attributes: Resource['attributes']): string =>
  render({
    op: 'add',
    resource: {
      role: 'monitor',
      type: 'lbmonitor',
      id: { monitorname: name, type: 'TCP-ECV' },
      attributes,
      owners: [],
    },
  });

const wordsOf = (line: string): string[] => splitLine(line).map(({ text }) => text);

describe('VAL-13: an attribute’s value in a printed command', () => {
  it.each([
    ['a\r\nrm lb vserver theirs', '"a\\r\\nrm lb vserver theirs"'],
    ['a\tb', '"a\\tb"'],
    ['a\\nb', '"a\\\\nb"'],
    ['say "x"', '"say \\"x\\""'],
    ['-comment', '"-comment"'],
    ['q/status/', '"q/status/"'],
    ['queue', 'queue'],
    ['', '""'],
    ['a\u0000\u001b[2J\u202eb\ud800', '"a\ufffd\ufffd[2J\ufffdb\ufffd"'],
  ])('%j → %s', (value, word) => {
    expect(monitor('m', { send: value })).toBe(`add lb monitor m TCP-ECV -send ${word}`);
  });

  it('property: any valid value → one line that reads back as the same words', () => {
    fc.assert(
      fc.property(monitorText, monitorText, (send, recv) => {
        const line = monitor('m', { send, recv });
        expect(activeTexts(line)).toEqual([]);
        expect(splitLine(line).filter(({ text, quoted }) => !quoted && text.startsWith('-'))).toHaveLength(2);
        expect(wordsOf(line)).toEqual(['add', 'lb', 'monitor', 'm', 'TCP-ECV', '-send', send, '-recv', recv]);
      }),
      { numRuns: 1000 },
    );
  });

  it('any text of a stranger → one line without an active character', () => {
    for (const text of Object.values(HOSTILE_STRINGS)) {
      const line = monitor('m', { send: text });
      expect(activeTexts(line)).toEqual([]);
      expect(wordsOf(line)).toHaveLength(7);
    }
  });

  it('the appliance runs what is printed, and prints what it runs: the same values after each', async () => {
    const values = fc.sample(fc.tuple(monitorText, monitorText), { numRuns: 200, seed: 8 });
    const lines = values.map(([send, recv], index) => monitor(`m${index}`, { send, recv }));
    const appliance = await startSimulator({ config: lines.join('\n') });
    try {
      expect(appliance.problems).toEqual([]);
      const running = appliance.runningConfig();
      const again = await startSimulator({ config: running });
      try {
        expect(again.problems).toEqual([]);
        expect(again.runningConfig()).toBe(running);
        const shown = running.split('\n').filter((line) => line.startsWith('add lb monitor m'));
        const attribute = (words: string[], name: string): string | undefined => words[words.indexOf(name) + 1];
        const read = new Map(
          shown.map(wordsOf).map((words) => [words[3], [attribute(words, '-send'), attribute(words, '-recv')]]),
        );
        for (const [index, value] of values.entries()) expect(read.get(`m${index}`)).toEqual(value);
      } finally {
        await again.stop();
      }
    } finally {
      await appliance.stop();
    }
  });
});
