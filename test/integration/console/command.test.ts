import { type ChildProcess, spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../lib/simulator/index.ts';
import { connectPage, send, signIn } from '../../support/console.ts';
import { eventually, settles } from '../../support/eventually.ts';

const PASSWORD = 'Correct-Horse-9';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function appliance(): Promise<Simulator> {
  const started = await startSimulator({ password: PASSWORD });
  closing.push(() => started.stop());
  return started;
}

interface Running {
  readonly child: ChildProcess;
  out(): string;
  err(): string;
  /** Exit status. */
  readonly ended: Promise<number | null>;
  /** The last address that was printed. */
  url(): Promise<string>;
}

function nspassConsole(...args: string[]): Running {
  const child = spawn(process.execPath, ['lib/cli/main.ts', 'console', ...args], {
    env: { ...process.env, NSPASS_NITRO_USERNAME: 'nsroot', NSPASS_NITRO_PASSWORD: PASSWORD, NO_COLOR: '1' },
  });
  closing.push(() => child.kill('SIGKILL'));
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => {
    out += data;
  });
  child.stderr.on('data', (data: Buffer) => {
    err += data;
  });
  return {
    child,
    out: () => out,
    err: () => err,
    ended: new Promise((resolve) => child.once('close', resolve)),
    url: () =>
      eventually(() => {
        if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${err}`);
        return /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/g.exec(out.split('for ').at(-1) ?? '')?.[0];
      }, 'an address'),
  };
}

describe('nspass console', () => {
  it('serves the page, prints a new address, and ends on Ctrl-C: connections closed, logged out, status 0', async () => {
    const { url: nitro, requests } = await appliance();
    const running = nspassConsole('--nitro', nitro, '--interval', '1');
    const first = await running.url();
    const port = Number(new URL(first).port);
    const cookie = await signIn(first);
    await settles(async () => expect(await running.url()).not.toBe(first));

    const index = await send(port, '/', { headers: { cookie } });
    expect(index.body).toContain('src="/app.js"');
    const script = await send(port, '/app.js', { headers: { cookie } });
    expect([script.status, script.headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
    const page = await connectPage(port, cookie);
    await settles(() => expect(page.events.map(({ type }) => type)).toContain('overview'));

    const answers = await Promise.all(
      ['/api/overview', '/api/routes', '/api/conflicts', '/api/drift', '/api/changes', '/api/replay'].map(
        async (path) => (await send(port, path, { headers: { cookie } })).body,
      ),
    );
    const said = [...answers, JSON.stringify(page.events), running.out(), running.err()].join('\n');
    expect(said).not.toContain(PASSWORD);
    expect(said).not.toMatch(/NITRO_AUTH_TOKEN|cookie/i);

    running.child.kill('SIGINT');
    expect(await running.ended).toBe(0);
    expect(running.out()).toContain('The page is closed, and the session with');
    expect(running.err()).toBe('');
    await settles(() => expect(page.closed).toBe(true));
    expect(requests.byKind).toMatchObject({ login: 1, logout: 1 });
    expect(requests.writes).toBe(0);
  });

  it('Ctrl-C during a reading that is not answered → ends all the same', async () => {
    const simulator = await appliance();
    const running = nspassConsole('--nitro', simulator.url);
    const url = await running.url();
    const cookie = await signIn(url);
    simulator.setFaults([{ method: 'GET', fault: { type: 'hang', when: 'before' } }]);
    await connectPage(Number(new URL(url).port), cookie);
    await settles(() => expect(simulator.requests.byKind.policystringmap).toBeGreaterThan(0));
    running.child.kill('SIGINT');
    expect(await running.ended).toBe(0);
    expect(running.out()).toContain('The page is closed, and the session with');
  });

  it('an appliance that does not answer the log out → says so, and ends', async () => {
    const simulator = await appliance();
    const running = nspassConsole('--nitro', simulator.url);
    await running.url();
    simulator.setFaults([{ fault: { type: 'hang', when: 'before' } }]);
    running.child.kill('SIGTERM');
    expect(await running.ended).toBe(0);
    expect(running.out()).toContain('did not answer the log out: its session ends by itself');
  });

  it('a port in use → status 2, and what to do', async () => {
    const { url: nitro } = await appliance();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    closing.push(() => other.close());
    const { port } = other.address() as AddressInfo;
    const running = nspassConsole('--nitro', nitro, '--port', String(port));
    expect(await running.ended).toBe(2);
    expect(running.err()).toBe(`nspass: 127.0.0.1:${port} is in use by another process: choose another port.\n`);
  });

  it.each<[string[], number, string]>([
    [[], 2, 'No appliance is named'],
    [['--nitro', 'http://127.0.0.1:1', '--deployment', 'prod'], 2, '--deployment needs --config'],
    [['--nitro', 'http://127.0.0.1:1', '--port', '70000'], 2, 'expected a port'],
    [['--nitro', 'http://127.0.0.1:1', '--interval', '0'], 2, 'expected a whole number of seconds'],
    [['--nitro', 'http://127.0.0.1:1'], 3, 'nothing listens on that port'],
  ])('%j → status %i', async (args, status, message) => {
    const running = nspassConsole(...args);
    expect(await running.ended).toBe(status);
    expect(running.err()).toContain(message);
  });
});
