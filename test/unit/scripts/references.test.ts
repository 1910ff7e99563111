import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { unpinnedReferences } from '../../../scripts/references.ts';
import { repositoryFiles } from '../../../scripts/repository-files.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SHA256 = `sha256:${'a'.repeat(64)}`;
const COMMIT = 'b'.repeat(40);

it.each([
  ['infra/docker/Dockerfile', 'FROM node:24 AS build', 'the image node:24'],
  ['infra/docker/Dockerfile', 'FROM --platform=linux/arm64 node', 'the image node '],
  ['infra/docker/Dockerfile', 'ARG NODE_IMAGE=node:24', 'the image node:24'],
  ['infra/docker/Dockerfile', '# syntax=docker/dockerfile:1', 'the image docker/dockerfile:1'],
  ['docs/examples/shop.yaml', '      image: echo:35', 'the image echo:35'],
  ['docs/a.md', '  - image: "echo@sha256:abc"', 'the image echo@sha256:abc'],
  ['action.yml', '    - uses: actions/checkout@v4', 'the action actions/checkout@v4'],
  ['docs/ci.md', `  - uses: actions/checkout@${COMMIT.slice(1)}`, 'the action actions/checkout@'],
])('%s: %s → not pinned', (path, line, problem) => {
  expect(unpinnedReferences({ path, text: `x\n${line}\n` })).toEqual([
    expect.stringContaining(`${path}:2: ${problem}`),
  ]);
});

it.each([
  ['infra/docker/Dockerfile', 'FROM scratch'],
  ['infra/docker/Dockerfile', `FROM node:24@${SHA256} AS build\nFROM build`],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a Dockerfile names its arguments so.
  ['infra/docker/Dockerfile', 'FROM ${NODE_IMAGE} AS build'],
  ['docs/examples/shop.yaml', `        image: echo:35@${SHA256}`],
  ['infra/helm/values.yaml', 'image:\n  repository: x'],
  ['action.yml', `    - uses: actions/checkout@${COMMIT} # v4.2.2`],
  ['action.yml', '    - uses: ./other'],
  ['docs/ci.md', '  - uses: OWNER/netscaler-passthrough@VERSION'],
  ['lib/a.ts', "image: 'echo:35'"],
])('%s: %s → no problem', (path, text) => {
  expect(unpinnedReferences({ path, text })).toEqual([]);
});

it('this project pins each image by digest and each action by commit', () => {
  expect(repositoryFiles(ROOT).flatMap(unpinnedReferences)).toEqual([]);
});
