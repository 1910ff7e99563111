import { globSync, readFileSync } from 'node:fs';
import { parseSync } from 'oxc-parser';
import { check } from 'recheck';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../../../', import.meta.url);

/** A regular expression, or where one is built at run time. */
interface Found {
  readonly literals: ReadonlyMap<string, readonly string[]>;
  readonly built: readonly string[];
}

interface Node {
  readonly type: string;
  readonly regex?: { readonly pattern: string; readonly flags: string };
  readonly callee?: { readonly name?: string };
}

function findAll(): Found {
  const literals = new Map<string, string[]>();
  const built = new Set<string>();
  const visit = (value: unknown, file: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const { type, regex, callee } = value as Node;
    if (type === 'Literal' && regex !== undefined) {
      const text = `/${regex.pattern}/${regex.flags}`;
      literals.set(text, [...(literals.get(text) ?? []), file]);
    }
    if (type === 'NewExpression' && callee?.name === 'RegExp') built.add(file);
    for (const field of Object.values(value)) visit(field, file);
  };
  for (const file of globSync('{lib,functions}/**/*.ts', { cwd: ROOT }).sort()) {
    visit(parseSync(file, readFileSync(new URL(file, ROOT), 'utf8')).program, file);
  }
  return { literals, built: [...built] };
}

const { literals, built } = findAll();

/** Where a regular expression is built, and what keeps it linear. */
const BUILT: Readonly<Record<string, string>> = {
  'lib/audit/view.ts': 'patterns that this system makes for its own reads',
  'lib/cli/conformance/options.ts': 'an option of the command',
  'lib/cli/doctor/write-permissions.ts': 'a command policy of the appliance, on short commands of ours',
  'lib/cli/program.ts': 'names of commands',
  'lib/forwarder/kubernetes/json-scan.ts':
    'each character has one place: quotes and brackets are in no class that repeats, and a depth is tried seven times at most',
  'lib/forwarder/source/json-text.ts': 'a literal of the same file, with its own position',
  'lib/ingress/host.ts': 'HOST_SYNTAX: one class, repeated',
  'lib/ledger/claims.ts': 'classes of fixed length',
  'lib/ledger/retired.ts': 'classes of fixed length',
  'lib/ledger/settings.ts': 'classes of fixed length',
  'lib/netscaler/names.ts': 'classes of fixed length',
  'lib/nitro/cookie.ts': 'a fixed name before one class',
  'lib/simulator/expression/compile.ts': 'a regular expression of the policy: the appliance runs it, too',
  'lib/simulator/expression/texts.ts': 'a regular expression of the policy, ignoring case',
  'lib/simulator/http/permission.ts': 'a command policy, which the appliance runs, too',
  'lib/simulator/view/filter.ts': 'a filter of the client: the appliance runs it, too',
};

/**
 * Literals that recheck searches for attacks instead of judging them, because they are large: what it finds there depends
 * on chance. They are judged by hand.
 */
const JUDGED: Readonly<Record<string, string>> = {
  'lib/ingress/ignored.ts': 'words between hyphens: each character belongs to one word',
  'lib/simulator/http/permission.ts':
    'begins at the first character only, and takes one step for each place of a blank',
};

/**
 * Asks recheck. On a busy machine it may give no answer in its time, and a search for attacks, which runs by the clock, may find
 * what it does not find again: only an answer counts, and an attack only if it is found twice.
 */
async function judged(source: string, flags: string): ReturnType<typeof check> {
  let attacks = 0;
  for (let attempt = 1; ; attempt += 1) {
    const found = await check(source, flags, { timeout: 60_000, randomSeed: 1 });
    if (found.status === 'vulnerable') attacks += found.checker === 'fuzz' ? 1 : 2;
    if (found.status === 'safe' || attacks === 2 || attempt === 4) return found;
  }
}

describe('regular expressions', () => {
  it('are literals, which can be checked; each other one has a reason', () => {
    expect(built).toEqual(Object.keys(BUILT));
  });

  it('need time that grows with the text, and no faster', async () => {
    expect(literals.size).toBeGreaterThan(200);
    const slow: string[] = [];
    for (const [text, files] of literals) {
      const end = text.lastIndexOf('/');
      const found = await judged(text.slice(1, end), text.slice(end + 1));
      if (found.status === 'safe') continue;
      if (found.checker === 'fuzz' && files.every((file) => Object.hasOwn(JUDGED, file))) continue;
      const attack = found.status === 'vulnerable' ? found.attack.pattern : JSON.stringify(found.error);
      slow.push(`${text} of ${[...new Set(files)].join(', ')}: ${found.status} ${attack}`);
    }
    expect(slow).toEqual([]);
  });
});
