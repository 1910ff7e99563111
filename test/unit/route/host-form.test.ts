import { describe, expect, it } from 'vitest';
import { coversName, hostForm, wildcardsOver, writtenHost } from '../../../lib/route/index.ts';

describe('what a host covers', () => {
  it.each([
    ['a.example.com', 'exact'],
    ['example.com', 'exact'],
    ['*.example.com', 'one-label'],
    ['**.example.com', 'many-label'],
    ['**.com', 'many-label'],
  ])('%s → %s', (host, form) => {
    expect(hostForm(host)).toBe(form);
  });
});

describe('the wildcards over a name', () => {
  it.each([
    ['a.b.example.com', ['*.b.example.com', '**.b.example.com', '**.example.com', '**.com']],
    ['example.com', ['*.com', '**.com']],
    ['com', []],
  ])('%s', (name, expected) => {
    const found = wildcardsOver(name);
    expect(found).toEqual(expected);
    for (const wildcard of found) expect(coversName(wildcard, name)).toBe(true);
  });

  it.each([
    ['**.example.com', '*.example.com'],
    ['*.example.com', '*.example.com'],
    ['a.example.com', 'a.example.com'],
  ])('%s is written %s', (host, written) => {
    expect(writtenHost(host)).toBe(written);
  });
});
