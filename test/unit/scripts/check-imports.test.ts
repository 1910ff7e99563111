import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkDependencies, checkImports, violations } from '../../../scripts/check-imports.ts';
import { dependencyProblems, packageOf } from '../../../scripts/dependencies.ts';
import { importsOf } from '../../../scripts/imports.ts';
import { MODULES, moduleOf } from '../../../scripts/module-rules.ts';

describe('imports are found', () => {
  it.each([
    ["import { a } from 'x';", 'x'],
    ["import a, { type B } from 'x';", 'x'],
    ["import * as a from 'x';", 'x'],
    ["import type { A } from 'x';", 'x', true],
    ["import type, { a } from 'x';", 'x'],
    ["import {\n  a,\n  b, // it's b\n} from 'x';", 'x'],
    ["import 'x';", 'x'],
    ['import "x";', 'x'],
    ["export * from 'x';", 'x'],
    ["export * as a from 'x';", 'x'],
    ["export { a } from 'x';", 'x'],
    ["export type { A } from 'x';", 'x', true],
    ["export type {\n  A,\n} from 'x';", 'x', true],
    ["const a = await import('x');", 'x'],
    ["type A = typeof import('x');", 'x'],
    ['const a = await import(name);', 'name'],
    ["const a = require('x');", 'x'],
  ])('%s', (source, specifier, typeOnly: boolean = false) => {
    expect(importsOf(source)).toEqual([{ specifier, line: 1, typeOnly }]);
  });

  it('each with its line, in order', () => {
    expect(importsOf("import 'a';\n\nconst b = import('b');\nexport * from 'c';\n")).toEqual([
      { specifier: 'a', line: 1, typeOnly: false },
      { specifier: 'b', line: 3, typeOnly: false },
      { specifier: 'c', line: 4, typeOnly: false },
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
    // file, what it imports, module that is refused
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
    ['lib/nitro/client.ts', '../runtime/runtime.ts', 'runtime'],
    ['lib/runtime/runtime.ts', '../../functions/reconcile.ts', 'functions'],
    ['functions/reconcile.ts', '../lib/nitro/index.ts', 'nitro'],
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

  it('a module that is not in the table is refused', () => {
    expect(violations('lib/misc/a.ts', "import 'b';")).toEqual([
      'lib/misc/a.ts:1: lib/misc/a.ts is in no module: move the file, or add its folder to scripts/module-rules.ts',
    ]);
    expect(violations('functions/a.ts', "import '../test/b.ts';")[0]).toContain('functions may not import test/b.ts');
  });

  it('only the command may import the simulator and the local cloud', () => {
    for (const module of ['local-aws', 'simulator']) {
      const importers = Object.entries(MODULES).filter(([, { imports }]) => imports.includes(module));
      expect(importers.map(([name]) => name)).toEqual(['cli']);
    }
  });

  it('has no cycle between modules', () => {
    const reach = (module: string, seen: readonly string[]): void => {
      expect(seen).not.toContain(module);
      for (const next of MODULES[module]?.imports ?? []) reach(next, [...seen, module]);
    };
    for (const module of Object.keys(MODULES)) reach(module, []);
  });

  it('holds in this checkout', () => {
    const { files, violations: found } = checkImports(fileURLToPath(new URL('../../..', import.meta.url)));
    expect(files).toBeGreaterThan(100);
    expect(found).toEqual([]);
  });

  it.each([
    ['lib/plan/order.ts', 'plan'],
    ['functions/audit.ts', 'functions'],
    ['infra/queues.ts', 'infra'],
    ['lib/loose.ts', undefined],
    ['test/unit/a.ts', undefined],
  ])('%s belongs to %s', (file, module) => {
    expect(moduleOf(file)).toBe(module);
  });
});

describe('dependencies of package.json', () => {
  const wrong = (source: string, dependencies: Record<string, string>) =>
    dependencyProblems([{ file: 'lib/a.ts', imports: importsOf(source) }], dependencies);

  it.each([
    ['listed', "import axios from 'axios';", { axios: '1' }],
    ['a part of a package', "import * as z from 'zod/mini';", { zod: '4' }],
    ['a package with a scope', "import { a } from '@middy/core/x.js';", { '@middy/core': '7' }],
    ['loaded on demand', "const { a } = await import('yaml');", { yaml: '2' }],
    ['of types', "import type { Context } from 'aws-lambda';", {}],
    ['of Node', "import 'node:fs';", {}],
    ['of a file', "import './b.ts';", {}],
  ])('an import that is %s → nothing is wrong', (_case, source, dependencies) => {
    expect(wrong(source, dependencies as unknown as Record<string, string>)).toEqual([]);
  });

  it.each([
    ["import axios from 'axios';", 'axios'],
    ["import * as z from 'zod/mini';", 'zod'],
    ["export { a } from '@middy/core';", '@middy/core'],
    ["const { a } = await import('yaml');", 'yaml'],
  ])('%s and a package that is not listed → the file and the package', (source, name) => {
    expect(wrong(`\n${source}`, {})).toEqual([
      `lib/a.ts:2: ${name} is imported at run time: list it in dependencies of package.json`,
    ]);
  });

  it('a package that nothing imports, or only for its types → the package', () => {
    expect(wrong("import type { A } from 'yaml';", { axios: '1', yaml: '2' })).toEqual([
      'package.json: neither lib nor functions import axios: list it in devDependencies, or remove it',
      'package.json: neither lib nor functions import yaml: list it in devDependencies, or remove it',
    ]);
  });

  it('are right in this checkout', () => {
    expect(checkDependencies(fileURLToPath(new URL('../../..', import.meta.url)))).toEqual([]);
  });

  it.each([
    ['zod/v4/locales/en.js', 'zod'],
    ['@aws-sdk/client-sqs', '@aws-sdk/client-sqs'],
    ['node:fs', undefined],
    ['../a.ts', undefined],
  ])('%s is of the package %s', (specifier, name) => {
    expect(packageOf(specifier)).toBe(name);
  });
});
