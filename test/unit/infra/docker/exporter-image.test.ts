import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (file: string): string =>
  readFileSync(new URL(`../../../../infra/docker/${file}`, import.meta.url), 'utf8');
const dockerfile = read('exporter/Dockerfile');

it('the image runs as nobody, from nothing, on the Node of the forwarder', () => {
  expect(dockerfile).toMatch(/^FROM scratch$/m);
  expect(dockerfile).toMatch(/^USER 65532:65532$/m);
  expect(dockerfile.slice(dockerfile.indexOf('FROM scratch'))).not.toMatch(/^RUN /m);
  const base = /^ARG NODE_IMAGE=.*$/m;
  expect(base.exec(dockerfile)?.[0]).toBe(base.exec(read('Dockerfile'))?.[0]);
});

it('builds from the same files as the forwarder', () => {
  expect(read('exporter/Dockerfile.dockerignore')).toBe(read('Dockerfile.dockerignore'));
});
