import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const page = readFileSync('docs/security.md', 'utf8');
const architecture = readFileSync('docs/architecture.md', 'utf8');

/** A row of the threat model. */
interface Threat {
  readonly actor: string;
  readonly threat: string;
  readonly stops: string;
  readonly left: string;
  /** File and title. */
  readonly tests: readonly (readonly [file: string, title: string])[];
}

const section = /\n## Threat model\n([\s\S]*?)\n## /.exec(page)?.[1] ?? '';
const threats: readonly Threat[] = section
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(2)
  .map((line) => {
    const [, actor = '', threat = '', stops = '', left = '', tests = ''] = line.split('|').map((cell) => cell.trim());
    const named = [...tests.matchAll(/`([^`]+)` › (.*?)(?=; `|$)/g)].map(
      ([, file = '', title = '']) => [file, title] as const,
    );
    return { actor, threat, stops, left, tests: named };
  });

/** Returns whether a source has a test, a group of tests or a case of a table with this title; `…` ends a prefix. */
function hasTitle(source: string, title: string): boolean {
  const isPrefix = title.endsWith('…');
  const text = isPrefix ? title.slice(0, -1) : title;
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${text}${isPrefix ? '' : quote}`));
}

describe('the threat model of docs/security.md', () => {
  it('has rows of every actor', () => {
    expect(threats.length).toBeGreaterThan(20);
    const actors = new Set(threats.map(({ actor }) => actor));
    for (const actor of ['tenant', 'principal of the account', 'forwarder of another cluster'])
      expect(actors).toContain(actor);
  });

  it.each(threats)('$actor $threat → each test exists, and runs', ({ tests }) => {
    expect(tests.length).toBeGreaterThan(0);
    for (const [file, title] of tests) {
      expect(existsSync(file), file).toBe(true);
      const source = readFileSync(file, 'utf8');
      expect(hasTitle(source, title), `${file} › ${title}`).toBe(true);
      expect(source).not.toMatch(/\b(it|describe)\.(skip|todo|only)\b/);
    }
  });

  it.each(threats)('$actor $threat → something stops it, and what is left is said', ({ stops, left }) => {
    expect(stops).not.toBe('');
    expect(left).not.toBe('');
    for (const [rule] of stops.matchAll(/\b(SEL|VAL|CON|TLS|END|LIF|REP)-\d+\b/g))
      expect(architecture).toContain(`| ${rule} `);
  });

  it('names every file of the tests about hostile tenants', () => {
    const files = globSync('test/{unit,integration}/hostile/*.test.ts').map((file) => file.replaceAll('\\', '/'));
    const named = new Set(threats.flatMap(({ tests }) => tests.map(([file]) => file)));
    expect(files.filter((file) => !named.has(file) && !file.endsWith('threat-model.test.ts'))).toEqual([]);
  });
});

describe('SECURITY.md', () => {
  const policy = readFileSync('SECURITY.md', 'utf8');

  it('has no address: reports go through the platform', () => {
    expect(policy).not.toMatch(/[\w.-]+@[\w-]+\.\w+|https?:/);
    expect(policy).toContain('private vulnerability reporting');
  });

  it('is linked from the page about security, and leads back to it', () => {
    expect(page).toContain('](../SECURITY.md)');
    expect(policy).toContain('](docs/security.md');
  });
});
