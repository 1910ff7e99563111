import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  commandManifest,
  OLDEST_NODE,
  type ProjectManifest,
  tooNew,
  UNBUNDLED,
} from '../../../scripts/command-manifest.ts';

const project = JSON.parse(readFileSync('package.json', 'utf8')) as ProjectManifest;

describe('package.json of the command', () => {
  const manifest = commandManifest(project);

  it('has few dependencies, in the version that the project is tested with', () => {
    expect(manifest.dependencies).toEqual({ fauxqs: project.dependencies.fauxqs });
    for (const name of UNBUNDLED) expect(project.dependencies).toHaveProperty(name);
  });

  it('has what a registry shows, and what an installation needs', () => {
    expect(manifest).toMatchObject({
      name: 'netscaler-passthrough',
      version: project.version,
      license: 'Apache-2.0',
      type: 'module',
      engines: { node: `>=${OLDEST_NODE}` },
      bin: { nspass: 'nspass.js', 'kubectl-nspass': 'kubectl-nspass.js' },
      exports: {
        '.': { types: './lib/library/index.d.ts', default: './lib/library/index.js' },
        './package.json': './package.json',
      },
    });
    expect(Object.keys(manifest)).not.toContain('devDependencies');
    expect(Object.keys(manifest)).not.toContain('scripts');
  });
});

describe('the release of Node that it promises', () => {
  it.each([
    ['>=22.19.0', true],
    ['>= 6', true],
    ['>=v22.5', true],
    ['>=22.9.100', true],
    ['>=22.19.1', false],
    ['>=22.20', false],
    ['>=24', false],
    ['^20.19.0 || >=22.12.0', true],
    ['^20.19.0 || ^22.12.0', false],
    ['any', false],
  ])('a package that asks for %s → enough: %s', (range, enough) => {
    const lines = tooNew(new Map([['undici', range]]));
    expect(lines).toEqual(
      enough ? [] : [`undici needs Node ${range}, the packaged command promises 22.19.0: change OLDEST_NODE`],
    );
  });
});
