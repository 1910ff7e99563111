import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function demo(...args: string[]) {
  const child = spawn(process.execPath, ['lib/cli/main.ts', 'demo', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
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
    ended: new Promise<number | null>((resolve) => child.once('close', resolve)),
  };
}

describe('nspass demo', () => {
  it('ended by Ctrl-C at its first step: says what is stopped, status 130', async () => {
    const { child, out, err, ended } = demo();
    await eventually(() => out().includes('  started  '), 'the tour to start');
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(out()).toContain('Interrupted: forwarder, bus, queue, function, appliance and back ends are stopped');
    expect(err()).toBe('');
  });

  it('--keep: says where every address listens and how to try it; Ctrl-C is then its proper end', async () => {
    const { child, out, ended } = demo('--keep');
    await eventually(() => out().includes('Try it:\n') && out().includes('https://hotdrinks'), 'the end of the tour');
    const [, place = ''] = /^ {2}192\.0\.2\.10:443 listens on (127\.0\.0\.1:\d+)$/m.exec(out()) ?? [];
    expect(place).not.toBe('');
    expect(out()).toContain(`openssl s_client -connect ${place} -servername hotdrinks.beverages.com`);
    expect(out()).toMatch(/^ {2}NITRO at http:\/\/127\.0\.0\.1:\d+ \(user nsroot, password nsroot\)$/m);
    expect(out()).toMatch(/^ {5}\d+ lines of configuration \(-v shows them\)$/m);
    expect(out()).not.toContain('add cs vserver');
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });
});
