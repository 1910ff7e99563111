import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applianceOf, readConfig } from '../../../lib/cli/read-config.ts';
import { UsageError } from '../../../lib/cli/usage.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nspass-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function refusal(file: string): string {
  try {
    readConfig(file);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  throw new Error('it was taken');
}

describe('a configuration that cannot be used', () => {
  it('is not there, is a folder, or may not be entered: words, no codes', () => {
    const missing = join(folder, 'nope.yml');
    expect(refusal(missing)).toBe(`${missing} does not exist.`);
    expect(refusal(folder)).toBe(`${folder} is a folder: expected a file.`);
    expect(refusal('')).toBe('the path is empty.');
  });

  it.each([
    ['zero bytes', Buffer.alloc(100)],
    ['no UTF-8', Buffer.from([0xff, 0xfe, 0x41, 0x00])],
    ['a program', Buffer.from('\x7fELF\x02\x01\x01\0\0\0')],
  ])('%s: one line', (_name, content) => {
    const file = join(folder, 'bin.yml');
    writeFileSync(file, content);
    expect(refusal(file)).toBe(`${file} is not UTF-8 text: expected an appliances.yml (docs/configuration.md).`);
  });

  it('too large: one line', () => {
    const file = join(folder, 'large.yml');
    writeFileSync(file, 'a'.repeat(1_000_001));
    expect(refusal(file)).toBe(`${file} is too large for an appliances.yml: check the path.`);
  });

  it('many problems: ten of them, and how many more', () => {
    const file = join(folder, 'wrong.yml');
    writeFileSync(
      file,
      `appliances:\n${Array.from({ length: 50 }, (_, n) => `  - { n${n}: ${'x'.repeat(500)} }\n`).join('')}`,
    );
    const lines = refusal(file).split('\n');
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toMatch(/^and \d+ more$/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(241);
  });
});

describe('an appliance that the configuration lacks', () => {
  const edge = { name: 'edge' } as Parameters<typeof applianceOf>[0][number];
  it.each([
    ['egde', 'a.yml has no appliance "egde": did you mean edge?'],
    ['other', 'a.yml has no appliance "other": expected one of edge.'],
  ])('%s', (name, message) => {
    expect(() => applianceOf([edge], name, 'a.yml')).toThrow(message);
  });
});
