import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AccessError } from '../../../../lib/forwarder/kubernetes/access.ts';
import { inClusterAccess } from '../../../../lib/forwarder/kubernetes/in-cluster.ts';
import { kubeconfigAccess } from '../../../../lib/forwarder/kubernetes/kubeconfig.ts';

const ENV = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nspass-token-'));
  await writeFile(join(folder, 'ca.crt'), 'authority');
  await writeFile(join(folder, 'token'), 'first\n');
  await writeFile(join(folder, 'namespace'), 'nspass\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('inClusterAccess', () => {
  it.each([
    ['IPv4', '10.0.0.1', 'https://10.0.0.1:443'],
    ['IPv6', 'fd00::1', 'https://[fd00::1]:443'],
  ])('finds the server of a pod over %s', (_family, host, server) => {
    const access = inClusterAccess({ folder, env: { ...ENV, KUBERNETES_SERVICE_HOST: host } });
    expect(access).toMatchObject({ server, namespace: 'nspass' });
  });

  it('gives token and authority', async () => {
    expect(await inClusterAccess({ folder, env: ENV }).pass()).toEqual({
      tls: { ca: 'authority' },
      headers: { authorization: 'Bearer first' },
    });
  });

  it('reads a replaced token within a minute, and at once when the server refused the old one', async () => {
    let now = 0;
    const access = inClusterAccess({ folder, env: ENV, clock: { now: () => now } });
    const token = async (): Promise<string | undefined> => (await access.pass()).headers.authorization;
    await access.pass();
    await writeFile(join(folder, 'token'), 'second');
    now = 59_999;
    expect(await token()).toBe('Bearer first');
    now = 60_000;
    expect(await token()).toBe('Bearer second');
    await writeFile(join(folder, 'token'), 'third');
    access.refused();
    expect(await token()).toBe('Bearer third');
  });

  it.each([
    ['no host', {}],
    ['a port that is none', { ...ENV, KUBERNETES_SERVICE_PORT: 'tcp://10.0.0.1:443' }],
  ])('is unusable with %s', (_what, env) => {
    expect(() => inClusterAccess({ folder, env })).toThrow(AccessError);
  });

  it('says that the token cannot be read, and does not say the token', async () => {
    const access = inClusterAccess({ folder: join(folder, 'nothing'), env: ENV });
    expect(access.namespace).toBeUndefined();
    await expect(access.pass()).rejects.toThrow(/^The pod's token cannot be read: ENOENT/);
  });
});

describe('kubeconfigAccess', () => {
  const write = async (user: object, cluster: object = {}): Promise<string> => {
    await mkdir(join(folder, 'kube'));
    const file = join(folder, 'kube', 'config');
    const config = {
      clusters: [{ name: 'c', cluster: { server: 'https://api.test:6443/', ...cluster } }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', namespace: 'team' } }],
      'current-context': 'x',
    };
    await writeFile(file, JSON.stringify(config));
    return file;
  };
  const base64 = (text: string): string => Buffer.from(text).toString('base64');

  it('takes server, namespace, authority and token', async () => {
    const file = await write({ token: 'secret' }, { 'certificate-authority-data': base64('authority') });
    const access = await kubeconfigAccess(file);
    expect(access).toMatchObject({ server: 'https://api.test:6443', namespace: 'team' });
    const { tls, headers } = await access.pass();
    expect(String(tls.ca)).toBe('authority');
    expect(headers).toEqual({ authorization: 'Bearer secret' });
  });

  it('takes a client certificate, another server name and a proxy', async () => {
    const user = { 'client-certificate-data': base64('certificate'), 'client-key-data': base64('key') };
    const file = await write(user, { 'tls-server-name': 'kubernetes', 'proxy-url': 'http://proxy.test:3128' });
    const access = await kubeconfigAccess(file);
    expect(access.proxy).toBe('http://proxy.test:3128');
    const { tls } = await access.pass();
    expect([String(tls.cert), String(tls.key), tls.servername]).toEqual(['certificate', 'key', 'kubernetes']);
  });

  it('is unusable without the file, and without the context', async () => {
    await expect(kubeconfigAccess(join(folder, 'nothing'))).rejects.toThrow(AccessError);
    await expect(kubeconfigAccess(await write({}), 'other')).rejects.toThrow(/no context "other"/);
  });
});
