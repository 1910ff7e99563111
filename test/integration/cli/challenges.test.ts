import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { LocalEndpoint } from '../../../lib/cli/local/backends.ts';
import { startLocalStack } from '../../../lib/cli/local/stack.ts';
import { hostPort } from '../../../lib/contract/index.ts';
import { eventually } from '../../support/eventually.ts';

/** VAL-19 from the manifests to the answer, in both ways in which cert-manager shows a challenge. */

const EXAMPLE = 'docs/examples/acme';
const HOST = 'shop.example.com';
const PATH = '/.well-known/acme-challenge/LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0';
const SOLVED = `Hello from shop/cm-acme-http-solver-q9d4z at 10.244.6.21:8089. You asked ${HOST} for ${PATH}.\n`;
const redirected = (path: string) => `301 https://${HOST}${path}`;

/** The body of an answer, or where it redirects to; the code of an error. */
function asked(place: LocalEndpoint, path: string): Promise<string> {
  return new Promise((resolve) => {
    const sent = get({ ...place, path, headers: { host: HOST }, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve(body === '' ? `${response.statusCode} ${response.headers.location}` : body));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

async function served() {
  const folder = await mkdtemp(join(tmpdir(), 'nspass-acme-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(EXAMPLE, folder, { recursive: true });
  const start = async () => {
    const listening = new Map<string, LocalEndpoint>();
    const codes: string[] = [];
    const stack = await startLocalStack({
      folder,
      windowMs: 10,
      onFrontend: ({ address, port, listen }) => {
        if (listen !== undefined) listening.set(hostPort(address, port), listen);
      },
      onOutcome: ({ data }) => {
        if ('findings' in data) codes.push(...data.findings.map(({ code }) => code));
      },
    });
    onTestFinished(() => stack.stop());
    await stack.ready;
    const ask = (path: string) => asked(listening.get('192.0.2.10:80') as LocalEndpoint, path);
    return { ask, codes };
  };
  const file = (name: string) => join(folder, name);
  const edit = async (name: string, change: (text: string) => string) =>
    writeFile(file(name), change(await readFile(file(name), 'utf8')));
  return { start, edit, remove: (name: string) => rm(file(name)) };
}

it('an Ingress of its own: the solver answers, everything else is redirected, and nothing stays', async () => {
  const { start, remove } = await served();
  const { ask, codes } = await start();
  expect(await ask(PATH)).toBe(SOLVED);
  expect(await ask('/')).toBe(redirected('/'));
  await remove('solver.yaml');
  await eventually(async () => (await ask(PATH)) === redirected(PATH), 'the challenge is over');
  expect(codes).toEqual([]);
});

it('edit-in-place: the solver answers while the Ingress has its path', async () => {
  const { start, edit, remove } = await served();
  await remove('solver.yaml');
  const { ask } = await start();
  expect(await ask(PATH)).toBe(redirected(PATH));
  const path = `      - path: ${PATH}
        pathType: ImplementationSpecific
        backend:
          service:
            name: cm-acme-http-solver-q9d4z
            port:
              number: 8089
`;
  await edit('ingress.yaml', (text) => text.replace('      paths:\n', `      paths:\n${path}`));
  await eventually(async () => (await ask(PATH)) === SOLVED, 'the challenge is answered');
  await edit('ingress.yaml', (text) => text.replace(path, ''));
  await eventually(async () => (await ask(PATH)) === redirected(PATH), 'the challenge is over');
});

it.each([
  ['of another namespace', (text: string) => text.replace('namespace: shop', 'namespace: other')],
  ['for another host', (text: string) => text.replace(HOST, 'other.example.com')],
  ['without the label of a solver', (text: string) => text.replace('http01-solver', 'other')],
])('an Ingress %s answers nothing', async (_what, change) => {
  const { start, edit } = await served();
  await edit('solver.yaml', change);
  const { ask } = await start();
  expect(await ask(PATH)).toBe(redirected(PATH));
});

it('without the annotation nothing is let through', async () => {
  const { start, edit } = await served();
  await edit('ingress.yaml', (text) => text.replace(/.*acme-challenge.*\n/, ''));
  const { ask } = await start();
  expect(await ask(PATH)).toBe(redirected(PATH));
});
