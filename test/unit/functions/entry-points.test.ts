import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const files = globSync('functions/**/*').sort();

describe('functions: entry points only', () => {
  it.each(files)('%s exports the handler that Lambda calls', async (file) => {
    expect(file).toMatch(/^functions\/[a-z-]+\.ts$/);
    const { handler } = (await import(`../../../${file}`)) as { handler?: unknown };
    expect(handler).toBeTypeOf('function');
  });

  it('each is deployed', () => {
    const { functions } = parse(readFileSync('serverless.yml', 'utf8'), { logLevel: 'error' }) as {
      functions: Record<string, { handler: string }>;
    };
    const handlers = Object.values(functions).map(({ handler }) => handler);
    expect(handlers.sort()).toEqual(files.map((file) => file.replace(/\.ts$/, '.handler')));
  });
});
