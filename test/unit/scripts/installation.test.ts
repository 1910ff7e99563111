import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { foldersOf, npmErrors, progressText, unreachable } from '../../../scripts/installation.mjs';

describe('progress', () => {
  it('counts what this machine gets: binaries of other platforms are left out', () => {
    const lockfile = {
      packages: {
        '': {},
        'node_modules/a': {},
        'node_modules/b-linux': { os: ['linux'], cpu: ['x64'] },
        'node_modules/b-arm': { os: ['linux'], cpu: ['arm64'] },
        'node_modules/b-musl': { os: ['linux'], libc: ['musl'] },
        'node_modules/b-win': { os: ['win32'] },
      },
    };
    expect(foldersOf(lockfile, 'linux', 'x64', 'glibc')).toEqual(['node_modules/a', 'node_modules/b-linux']);
  });

  it.each([
    [0, '  packages are being fetched, 10 s so far'],
    [43, '  43 of 676 packages are there, 10 s so far'],
    [700, '  676 of 676 packages are there, 10 s so far'],
  ])('%d packages', (there, text) => {
    expect(progressText(there, 676, 10)).toBe(text);
  });
});

describe('a registry that cannot be reached', () => {
  const REGISTRY = 'https://me:secret@registry.example/npm/';
  it.each([
    [
      'npm error code ENOTFOUND\nnpm error syscall getaddrinfo\n',
      'its host name is not known to the name servers (ENOTFOUND)',
    ],
    [
      "npm error code FETCH_ERROR\nnpm error   code: 'ECONNREFUSED',\nnpm error   errno: 'ECONNREFUSED',\n",
      'the connection was refused (ECONNREFUSED)',
    ],
    ['npm error code ETIMEDOUT\n', 'it does not answer (ETIMEDOUT)'],
    ['npm ERR! code SELF_SIGNED_CERT_IN_CHAIN\n', 'its certificate is not trusted here'],
  ])('%j: one sentence, without credentials', (stderr, reason) => {
    const text = unreachable(stderr, REGISTRY);
    expect(text).toContain(`The npm registry https://registry.example/npm/ cannot be reached: ${reason}`);
    expect(text).not.toMatch(/secret|\n/);
  });

  it.each([
    'npm error code E404\nnpm error 404 Not Found - GET https://registry.example/-/ping\n',
    'npm error code E405\n',
    '',
  ])('%j is an answer', (stderr) => {
    expect(unreachable(stderr, REGISTRY)).toBeUndefined();
  });
});

it('of what npm says of a failure, stacks and places of logs are left out', () => {
  const stderr = [
    'npm error code EUSAGE',
    'npm error',
    'npm error `npm ci` can only install packages when your package.json and package-lock.json are in sync.',
    'npm error     at Object.exec (/usr/lib/npm/ci.js:1:2)',
    'npm error A complete log of this run can be found in: /root/.npm/_logs/x-debug-0.log',
  ];
  expect(npmErrors(stderr.join('\n'))).toEqual([
    'code EUSAGE',
    '`npm ci` can only install packages when your package.json and package-lock.json are in sync.',
  ]);
});

describe('setup', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nspass-setup-'));
    mkdirSync(join(folder, 'scripts'));
    for (const file of ['setup.mjs', 'installation.mjs']) cpSync(join('scripts', file), join(folder, 'scripts', file));
    writeFileSync(join(folder, 'package.json'), '{"name":"x","version":"1.0.0","dependencies":{"y":"1.0.0"}}');
    writeFileSync(
      join(folder, 'package-lock.json'),
      '{"name":"x","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"x","dependencies":{"y":"1.0.0"}},"node_modules/y":{"version":"1.0.0"}}}',
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('a registry that nobody listens at: what it does, one sentence, status 1', async () => {
    const child = spawn(process.execPath, ['scripts/setup.mjs'], {
      cwd: folder,
      env: { ...process.env, npm_config_registry: 'http://127.0.0.1:9/', npm_config_cache: join(folder, 'cache') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (data: Buffer) => {
      out += data;
    });
    child.stderr.on('data', (data: Buffer) => {
      err += data;
    });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(1);
    expect(out).toBe('');
    expect(err).toBe(
      'Installing 1 packages, once: about 0.7 GB, in one to four minutes …\nThe npm registry http://127.0.0.1:9/ cannot be reached: the connection was refused (ECONNREFUSED). Check the network and the proxy (npm config get registry, https-proxy), then run the same again.\n',
    );
  });
});
