import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AccessError, kubeconfigAccess } from '../../../../lib/forwarder/kubernetes/index.ts';

const NAMES = ['HOME', 'KUBECONFIG'] as const;
let before: (string | undefined)[];
let folder: string;
beforeEach(async () => {
  before = NAMES.map((name) => process.env[name]);
  folder = await mkdtemp(join(tmpdir(), 'nspass-kubeconfig-'));
});
afterEach(async () => {
  NAMES.forEach((name, index) => {
    const value = before[index];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  });
  await rm(folder, { recursive: true, force: true });
});

it('no kubeconfig anywhere: one sentence, instead of attempts at http://localhost:8080 for ever', async () => {
  delete process.env.KUBECONFIG;
  process.env.HOME = '/nonexistent';
  const access = kubeconfigAccess();
  await expect(access).rejects.toBeInstanceOf(AccessError);
  await expect(access).rejects.toThrow('there is no kubeconfig: set KUBECONFIG, or make ~/.kube/config');
});

async function access(cluster: object) {
  const file = join(folder, 'config');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  await writeFile(file, JSON.stringify(config));
  return kubeconfigAccess(file);
}

it('a server without TLS cannot be used, and no restart will help: said with what to do', async () => {
  const refused = access({ server: 'http://127.0.0.1:8001' });
  await expect(refused).rejects.toThrow(AccessError);
  await expect(refused).rejects.toThrow(/http:\/\/127\.0\.0\.1:8001 is not encrypted: name the API server's https/);
});

it('one with TLS can, and one whose kubeconfig says that it need not be verified', async () => {
  expect((await access({ server: 'https://127.0.0.1:6443/' })).server).toBe('https://127.0.0.1:6443');
  const plain = await access({ server: 'http://127.0.0.1:8001', 'insecure-skip-tls-verify': true });
  expect((await plain.pass()).headers).toEqual({});
});

it.each(['https://user:secret@127.0.0.1:6443', 'http://user:secret@127.0.0.1:8001'])(
  'a server with a password is refused, and not repeated: %s',
  async (server) => {
    await expect(access({ server })).rejects.toThrow(AccessError);
    await expect(access({ server })).rejects.toThrow(/^[^@]*holds a user name or password: move them[^@]*$/);
  },
);
