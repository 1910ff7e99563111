import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ENVIRONMENT, NODE_FLAGS } from '../../../../infra/docker/options.ts';

const dockerfile = readFileSync(new URL('../../../../infra/docker/Dockerfile', import.meta.url), 'utf8');

it('the image runs as it was measured: flags and environment', () => {
  const entrypoint = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? '[]') as string[];
  expect(entrypoint).toEqual(['/usr/bin/node', ...NODE_FLAGS, '/app/forwarder.cjs']);
  for (const [name, value] of Object.entries(ENVIRONMENT)) expect(dockerfile).toContain(`${name}=${value}`);
});

it('the image runs as nobody, from nothing', () => {
  expect(dockerfile).toMatch(/^FROM scratch$/m);
  expect(dockerfile).toMatch(/^USER 65532:65532$/m);
  expect(dockerfile.slice(dockerfile.indexOf('FROM scratch'))).not.toMatch(/^RUN /m);
});
