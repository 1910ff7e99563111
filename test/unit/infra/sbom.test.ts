import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFunction } from '../../../infra/artifacts.ts';
import { bundleForwarder } from '../../../infra/docker/build.ts';
import { billOfMaterials } from '../../../infra/docker/sbom.ts';
import { buildCommand } from '../../../scripts/build-command.ts';
import { UNBUNDLED } from '../../../scripts/command-manifest.ts';
import { isPermitted } from '../../../scripts/licences.ts';
import { readLockfile } from '../../../scripts/lockfile.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const version = (name: string): string =>
  JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;

interface Component {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly 'bom-ref': string;
  readonly licenses?: readonly { readonly expression: string }[];
}
interface Bill {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly metadata: { readonly component: { readonly name: string } };
  readonly components: readonly Component[];
}

/** Names of the packages with bytes in a bundle, read from esbuild's list without the code under test. */
function bundledNames(metafiles: readonly Metafile[]): string[] {
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).map((output) => Object.entries(output.inputs)),
  );
  const files = inputs.flat().filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const names = files.flatMap(([file]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  return [...new Set(names)].sort();
}

const namesIn = ({ components }: Bill): string[] => [...new Set(components.map(({ name }) => name))].sort();

const folder = mkdtempSync(join(tmpdir(), 'nspass-sbom-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const image = { bill: {} as Bill };
const command = { bill: {} as Bill, names: [] as string[] };
const functions = { bills: [] as Bill[], names: [] as string[][] };
beforeAll(async () => {
  await bundleForwarder(join(folder, 'image'));
  image.bill = JSON.parse(readFileSync(join(folder, 'image/sbom.cdx.json'), 'utf8'));
  const metafile = await buildCommand(ROOT, join(folder, 'command'));
  command.bill = JSON.parse(billOfMaterials([metafile], ROOT, UNBUNDLED));
  command.names = bundledNames([metafile]);
  for (const file of globSync('functions/*.ts', { cwd: ROOT })) {
    const bundle = await bundleFunction(ROOT, file.replace(/\.ts$/, ''));
    functions.bills.push(JSON.parse(billOfMaterials([bundle.metafile], ROOT)));
    functions.names.push(bundledNames([bundle.metafile]));
  }
});

describe('a bill of materials', () => {
  const bills = (): Bill[] => [image.bill, command.bill, ...functions.bills];

  it('is CycloneDX and names the project', () => {
    expect(functions.bills.length).toBeGreaterThan(0);
    for (const bill of bills()) {
      expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5', version: 1 });
      expect(bill.metadata.component).toMatchObject({ type: 'application', name: 'netscaler-passthrough' });
      expect(bill.components.length).toBeGreaterThan(0);
    }
  });

  it('has version, purl and a permitted licence for each package', () => {
    for (const component of bills().flatMap(({ components }) => components)) {
      const { name, purl, licenses } = component;
      expect(component).toMatchObject({ type: 'library', 'bom-ref': purl });
      expect(purl).toBe(`pkg:npm/${name.replace('@', '%40')}@${component.version}`);
      expect(
        licenses?.map(({ expression }) => isPermitted(expression)),
        name,
      ).toEqual([true]);
    }
  });

  it('lists packages only that the lockfile pins for the run time, so that their licences are checked as such', () => {
    const locked = readLockfile(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
    const runTime = new Set(locked.flatMap((entry) => (entry.development ? [] : [`${entry.name}@${entry.version}`])));
    const listed = bills().flatMap(({ components }) => components.map((each) => `${each.name}@${each.version}`));
    expect(listed.filter((each) => !runTime.has(each))).toEqual([]);
  });

  it('leaves out unused files and our own, and lists each package once', () => {
    const inputs = {
      'lib/a.ts': { bytesInOutput: 1 },
      'node_modules/zod/a.js': { bytesInOutput: 1 },
      'node_modules/zod/b.js': { bytesInOutput: 1 },
      'node_modules/yaml/a.js': { bytesInOutput: 0 },
    };
    const metafile = { inputs: {}, outputs: { a: { inputs } } } as unknown as Metafile;
    expect(namesIn(JSON.parse(billOfMaterials([metafile, metafile], ROOT)))).toEqual(['zod']);
  });
});

describe('of the forwarder’s image', () => {
  it.each(['@aws-sdk/client-sqs', '@kubernetes/client-node', 'yaml', 'zod'])('has what is bundled: %s', (name) => {
    expect(image.bill.components.find((component) => component.name === name)).toMatchObject({
      version: version(name),
      purl: `pkg:npm/${name.replace('@', '%40')}@${version(name)}`,
    });
  });

  it.each(['axios', 'commander', 'esbuild', 'fauxqs', 'vitest'])('has not what is merely installed: %s', (name) => {
    expect(namesIn(image.bill)).not.toContain(name);
  });
});

it('of the published command: has every package in the bundle, and those that are installed with it', () => {
  expect(command.names).toContain('commander');
  expect(namesIn(command.bill)).toEqual([...command.names, ...UNBUNDLED].sort());
});

it('of each function: has every package in the bundle, without the SDK, which is part of the Lambda runtime', () => {
  expect(functions.bills.map(namesIn)).toEqual(functions.names);
  expect(functions.names.flat()).toContain('axios');
  expect(functions.names.flat().filter((name) => name.startsWith('@aws-sdk/'))).toEqual([]);
});
