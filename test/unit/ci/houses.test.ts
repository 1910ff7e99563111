import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkHouses, violations } from '../../../.ci/houses.ts';
import { importsOf } from '../../../.ci/imports.ts';
import { ROOMS, roomOf } from '../../../.ci/rooms.ts';

describe('imports are found', () => {
  it.each([
    ["import { a } from 'x';", 'x'],
    ["import a, { type B } from 'x';", 'x'],
    ["import * as a from 'x';", 'x'],
    ["import type { A } from 'x';", 'x'],
    ["import {\n  a,\n  b, // it's b\n} from 'x';", 'x'],
    ["import 'x';", 'x'],
    ['import "x";', 'x'],
    ["export * from 'x';", 'x'],
    ["export * as a from 'x';", 'x'],
    ["export { a } from 'x';", 'x'],
    ["export type { A } from 'x';", 'x'],
    ["const a = await import('x');", 'x'],
    ["type A = typeof import('x');", 'x'],
    ['const a = await import(name);', 'name'],
    ["const a = require('x');", 'x'],
  ])('%s', (source, specifier) => {
    expect(importsOf(source)).toEqual([{ specifier, line: 1 }]);
  });

  it('each with its line, in order', () => {
    expect(importsOf("import 'a';\n\nconst b = import('b');\nexport * from 'c';\n")).toEqual([
      { specifier: 'a', line: 1 },
      { specifier: 'b', line: 3 },
      { specifier: 'c', line: 4 },
    ]);
  });

  it.each([
    "export const from = 'x';",
    "export function f() { return 'from'; }",
    "// import { a } from 'x';",
    " * @example await import('x')",
    "const text = 'import';",
    'export type { A };',
  ])('and not where there is none: %s', (source) => {
    expect(importsOf(source)).toEqual([]);
  });
});

describe('the import rule', () => {
  it.each([
    // file, what it imports, room that is refused
    ['functions/reconcile.ts', '@kubernetes/client-node', '@kubernetes/client-node'],
    ['functions/reconcile.ts', '../lib/forwarder/index.ts', 'forwarder'],
    ['functions/reconcile.ts', '../lib/ingress/index.ts', 'ingress'],
    ['lib/forwarder/forwarder.ts', '../nitro/index.ts', 'nitro'],
    ['lib/forwarder/forwarder.ts', '../netscaler/index.ts', 'netscaler'],
    ['lib/nitro/client.ts', '../reconcile/index.ts', 'reconcile'],
    ['lib/nitro/client.ts', '../ingress/index.ts', 'ingress'],
    ['lib/plan/diff.ts', '../nitro/index.ts', 'nitro'],
    ['lib/plan/diff.ts', 'axios', 'axios'],
    ['lib/plan/diff.ts', '../telemetry/index.ts', 'telemetry'],
    ['lib/ledger/decide.ts', '../netscaler/index.ts', 'netscaler'],
    ['lib/ledger/decide.ts', 'node:fs', 'node:fs'],
    ['lib/ingress/host.ts', 'node:dns', 'node:dns'],
    ['lib/ingress/tls.ts', 'node:url', 'node:url'],
    ['lib/route/route.ts', 'node:crypto', 'node:crypto'],
    ['lib/contract/clock.ts', 'node:crypto', 'node:crypto'],
    ['lib/contract/index.ts', '../route/index.ts', 'route'],
    ['lib/netscaler/names.ts', '../ledger/index.ts', 'ledger'],
    ['lib/simulator/simulated-appliance.ts', '../contract/index.ts', 'contract'],
    ['lib/simulator/simulated-appliance.ts', '../netscaler/index.ts', 'netscaler'],
    ['lib/simulator/http/url.ts', '../../telemetry/index.ts', 'telemetry'],
    ['lib/reconcile/reconcile.ts', '../simulator/index.ts', 'simulator'],
    ['lib/forwarder/index.ts', '../local-aws/index.ts', 'local-aws'],
    ['lib/local-aws/index.ts', '../reconcile/index.ts', 'reconcile'],
    ['lib/telemetry/index.ts', '../contract/index.ts', 'contract'],
    ['lib/nitro/client.ts', '../../functions/runtime.ts', 'functions'],
  ])('%s may not import %s', (file, specifier, refused) => {
    const [line] = violations(file, `\nimport type { A } from '${specifier}';\n`);
    expect(line).toMatch(new RegExp(`^${file}:2: [\\w-]+ may not import ${refused}, because \\w`));
  });

  it.each([
    ['lib/plan/diff.ts', '../netscaler/index.ts'],
    ['lib/plan/diff.ts', './order.ts'],
    ['lib/reconcile/reconcile.ts', '../ingress/index.ts'],
    ['lib/contract/key.ts', 'node:crypto'],
    ['lib/contract/key.ts', 'zod/mini'],
    ['lib/nitro/transport.ts', 'axios'],
    ['lib/simulator/http/url.ts', '../errors.ts'],
    ['lib/cli/local/stack.ts', '../../simulator/index.ts'],
    ['lib/cli/local/stack.ts', '../../../functions/reconcile.ts'],
  ])('%s may import %s', (file, specifier) => {
    expect(violations(file, `import { a } from '${specifier}';\n`)).toEqual([]);
  });

  it('a room that is not in the table is refused', () => {
    expect(violations('lib/misc/a.ts', "import 'b';")).toEqual([
      'lib/misc/a.ts:1: lib/misc/a.ts stands in no room of the houses: add it to .ci/rooms.ts',
    ]);
    expect(violations('functions/a.ts', "import '../test/b.ts';")[0]).toContain('functions may not import test/b.ts');
  });

  it('only the command may import the simulator and the local cloud', () => {
    for (const room of ['local-aws', 'simulator']) {
      const importers = Object.entries(ROOMS).filter(([, { imports }]) => imports.includes(room));
      expect(importers.map(([name]) => name)).toEqual(['cli']);
    }
  });

  it('has no cycle between rooms', () => {
    const reach = (room: string, seen: readonly string[]): void => {
      expect(seen).not.toContain(room);
      for (const next of ROOMS[room]?.imports ?? []) reach(next, [...seen, room]);
    };
    for (const room of Object.keys(ROOMS)) reach(room, []);
  });

  it('holds in this checkout', () => {
    const { files, violations: found } = checkHouses(fileURLToPath(new URL('../../..', import.meta.url)));
    expect(files).toBeGreaterThan(100);
    expect(found).toEqual([]);
  });

  it.each([
    ['lib/plan/order.ts', 'plan'],
    ['functions/audit.ts', 'functions'],
    ['infra/queues.ts', 'infra'],
    ['lib/loose.ts', undefined],
    ['test/unit/a.ts', undefined],
  ])('%s stands in %s', (file, room) => {
    expect(roomOf(file)).toBe(room);
  });
});
