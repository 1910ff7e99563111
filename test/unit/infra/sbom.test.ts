import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleForwarder } from '../../../infra/docker/build.ts';
import { billOfMaterials } from '../../../infra/docker/sbom.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const version = (name: string): string =>
  JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;

describe('the bill of materials of the forwarder’s image', () => {
  let folder: string;
  let bom: { components: { name: string; version: string; purl: string }[]; bomFormat: string };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nspass-sbom-'));
    await bundleForwarder(folder);
    bom = JSON.parse(readFileSync(join(folder, 'sbom.cdx.json'), 'utf8'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['@aws-sdk/client-sqs', '@kubernetes/client-node', 'yaml', 'zod'])('has what is bundled: %s', (name) => {
    expect(bom.components.find((component) => component.name === name)).toMatchObject({
      version: version(name),
      purl: `pkg:npm/${name.replace('@', '%40')}@${version(name)}`,
    });
  });

  it.each(['axios', 'commander', 'esbuild', 'fauxqs', 'vitest'])('has not what is merely installed: %s', (name) => {
    expect(bom.components.map((component) => component.name)).not.toContain(name);
  });

  it('leaves out unused files and our own, and lists each package once', () => {
    const inputs = {
      'lib/a.ts': { bytesInOutput: 1 },
      'node_modules/zod/a.js': { bytesInOutput: 1 },
      'node_modules/zod/b.js': { bytesInOutput: 1 },
      'node_modules/yaml/a.js': { bytesInOutput: 0 },
    };
    const made = billOfMaterials({ inputs: {}, outputs: { a: { inputs } } } as never, ROOT);
    expect(made).toMatchObject({ bomFormat: 'CycloneDX', components: [{ name: 'zod' }] });
  });
});
