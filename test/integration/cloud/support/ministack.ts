import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { eventually } from '../../../support/eventually.ts';
import { patient } from '../../../support/patience.ts';
import { ROOT } from './project.ts';

/** Folder into which `.ci/cloud` installs the tools. */
const VENV = process.env.NSPASS_CLOUD_VENV ?? join(ROOT, 'node_modules/.cache/cloud');
const python = join(VENV, 'bin/python');

export const REGION = 'eu-central-1';

/** True when the tools are installed. In CI a test without them fails. */
export const CLOUD_TOOLS = existsSync(python) || process.env.CI === 'true';
/** Stands in the name of a test that is skipped. */
export const SKIPPED = CLOUD_TOOLS ? '' : ' (skipped: .ci/cloud installs what it needs)';

export const tool = (name: string): string => join(VENV, 'bin', name);

/** An AWS emulator of others, on loopback. */
export interface Ministack {
  readonly endpoint: string;
  /** Output of the emulator and of the functions in it. */
  log(): Promise<string>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Starts it with this Node before every other on the PATH, and the AWS SDK where its functions find it. */
export async function startMinistack(): Promise<Ministack> {
  if (!existsSync(python)) throw new Error(`${python} is not there: .ci/cloud installs it`);
  const dir = await mkdtemp(join(tmpdir(), 'nspass-ministack-'));
  await mkdir(join(dir, 'tmp'));
  // Functions are unpacked below TMPDIR; Lambda has the SDK beside them.
  await symlink(join(ROOT, 'node_modules'), join(dir, 'node_modules'));
  const port = await freePort();
  const log = join(dir, 'log');
  const output = await open(log, 'w');
  const child = spawn(python, ['-m', 'hypercorn', 'ministack.app:app', '-b', `127.0.0.1:${port}`], {
    cwd: dir,
    stdio: ['ignore', output.fd, output.fd],
    env: {
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      HOME: dir,
      TMPDIR: join(dir, 'tmp'),
      GATEWAY_PORT: String(port),
      MINISTACK_HOST: '127.0.0.1',
      MINISTACK_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  });
  await output.close();
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), patient(10_000));
    await ended;
    clearTimeout(force);
    await rm(dir, { recursive: true, force: true });
  };
  const isUp = async (): Promise<boolean> => {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`);
    return fetch(`${endpoint}/_ministack/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  };
  await eventually(isUp, 'ministack is up', 120_000).catch(async (error: Error) => {
    const text = await readFile(log, 'utf8');
    await stop();
    throw new Error(`ministack did not start: ${error.message}\n${text}`);
  });
  return { endpoint, log: () => readFile(log, 'utf8'), stop };
}
