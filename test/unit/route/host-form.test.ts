import { describe, expect, it } from 'vitest';
import { hostForm } from '../../../lib/route/index.ts';

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
