// Uses the installed package as the programs of its users do: runs the program of docs/library.md, and checks it against the
// package's types. Usage: packed-library.ts FOLDER, where `npm install` has put the package.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { blocksOf } from '../test/support/doc-pages.ts';

const [folder = ''] = process.argv.slice(2);
const PAGE = 'docs/library.md';
const block = (wanted: string): string => blocksOf(PAGE).find(({ language }) => language === wanted)?.text ?? '';

/** Every strict check on, in the package's own declarations too; the types of Node are the project's. */
const COMPILER = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
  target: 'es2022',
  module: 'nodenext',
  moduleResolution: 'nodenext',
  types: ['node'],
  typeRoots: [resolve('node_modules/@types')],
};

/** Fails to compile in each line unless the package has types. */
const MISUSE = `import { lint, plan } from 'netscaler-passthrough';
// @ts-expect-error: a number is not a text
lint({ 'a.yaml': 1 });
// @ts-expect-error: an option that does not exist
lint({}, { ignores: ['HostConflict'] });
// @ts-expect-error: a finding has no such field
lint({}).map(({ colour }) => colour);
// @ts-expect-error: a plan needs two sets
plan({});
`;

cpSync('docs/examples/shop.yaml', join(folder, 'shop.yaml'));
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
writeFileSync(join(folder, 'example.ts'), block('ts'));
writeFileSync(join(folder, 'misuse.ts'), MISUSE);
writeFileSync(join(folder, 'required.cjs'), "require('netscaler-passthrough').lint({});\n");
writeFileSync(
  join(folder, 'tsconfig.json'),
  JSON.stringify({ compilerOptions: COMPILER, files: ['example.ts', 'misuse.ts'] }),
);

const { stdout, stderr } = spawnSync(process.execPath, ['example.ts'], { cwd: folder, encoding: 'utf8' });
if (stdout !== block('text') || stderr !== '') {
  throw new Error(`the program of ${PAGE} prints something else:\n${stdout}${stderr}`);
}
execFileSync(process.execPath, ['required.cjs'], { cwd: folder, stdio: 'inherit' });
execFileSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', folder], { stdio: 'inherit' });
process.stdout.write(`library: the program of ${PAGE} runs, and fits the types\n`);
