import { afterEach, describe, expect, it } from 'vitest';
import { checkCluster } from '../../../../lib/cli/doctor/cluster-group.ts';
import { AccessError, type ApiAccess } from '../../../../lib/forwarder/kubernetes/index.ts';
import { FakeApiServer, refuse } from '../../../support/fake-apiserver.ts';

const at = (server: string): ApiAccess => ({
  server,
  namespace: undefined,
  pass: async () => ({ tls: {}, headers: { authorization: 'Bearer never-shown' } }),
  refused() {},
});
const check = (access: () => Promise<ApiAccess>, more: object = {}) =>
  checkCluster({ namespace: 'nspass', looking: () => {}, access, ...more }, { KUBECONFIG: '/home/me/config' });

describe('a cluster that cannot be looked at', () => {
  let server: FakeApiServer | undefined;
  afterEach(() => server?.stop());

  it('no kubeconfig: nothing is called, and the variable is named', async () => {
    const group = await check(async () => {
      throw new AccessError('there is no kubeconfig: set KUBECONFIG.');
    });
    expect(group).toMatchObject({ group: 'cluster', reached: false });
    expect(group.checks).toMatchObject([
      { check: 'reachable', result: 'unseen' },
      {
        check: 'credentials',
        result: 'failed',
        text: 'there is no kubeconfig: set KUBECONFIG.',
        remedy: expect.stringContaining('/home/me/config (KUBECONFIG)'),
      },
    ]);
  });

  it('nobody listens: address and source of the credentials, and no more lines', async () => {
    const group = await check(async () => at('http://127.0.0.1:1'), { context: 'prod' });
    expect(group).toMatchObject({ subject: 'http://127.0.0.1:1', reached: false });
    expect(group.checks).toMatchObject([
      { check: 'reachable', result: 'failed', text: expect.stringContaining('http://127.0.0.1:1 is unreachable') },
      { check: 'credentials', result: 'unseen', text: expect.stringContaining('the context prod of /home/me/config') },
    ]);
  });

  it('a log in by a program that is not installed', async () => {
    const missing = Object.assign(new Error('spawn aws ENOENT'), { code: 'ENOENT', syscall: 'spawn aws' });
    const access = { ...at('http://127.0.0.1:1'), pass: () => Promise.reject(missing) };
    const group = await check(async () => access);
    expect(group.reached).toBe(false);
    expect(group.checks[1]).toMatchObject({
      check: 'credentials',
      result: 'failed',
      text: expect.stringContaining('logs in with aws, which cannot be run'),
    });
  });

  it.each([
    [401, 'rejects the credentials (401)', true, ['ok reachable', 'failed credentials']],
    [503, 'answered 503', false, ['failed reachable', 'unseen credentials']],
  ])('status %i', async (status, text, reached, results) => {
    server = await FakeApiServer.start();
    server.fault((_, response) => refuse(response, status, 'x', 'no'));
    const { url } = server;
    const group = await check(async () => at(url));
    expect(group.reached).toBe(reached);
    expect(group.checks.map(({ check: name, result }) => `${result} ${name}`)).toEqual(results);
    expect(JSON.stringify(group)).toContain(text);
    expect(JSON.stringify(group)).not.toContain('never-shown');
  });

  it('a server that refuses every question: each line says that it was not seen', async () => {
    server = await FakeApiServer.start();
    server.fault((_, response) => refuse(response, 403, 'Forbidden', 'you may not'));
    const { url } = server;
    const group = await check(async () => at(url));
    expect(group.reached).toBe(true);
    const results = new Set(group.checks.slice(3).map(({ result }) => result));
    expect(results).toEqual(new Set(['unseen']));
    expect(group.checks.length).toBeGreaterThan(10);
  });
});
