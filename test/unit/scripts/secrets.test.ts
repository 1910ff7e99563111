import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryFiles } from '../../../scripts/repository-files.ts';
import { SECRET_FIXTURES, secretProblems, secretsIn } from '../../../scripts/secrets.ts';
import { checkSecrets } from '../../../scripts/supply.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PKCS8 = { type: 'pkcs8', format: 'pem' } as const;
const SPKI = { type: 'spki', format: 'pem' } as const;
const { privateKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: PKCS8,
  publicKeyEncoding: SPKI,
});
const RANDOM = 'x7Qm2Lk9Tz4Rb8Vn1Wc6Yd3Hs5Jf0GpAeKuTqZwE';

// Each is put together here, so that this file holds none.
const PLANTED: readonly [string, string][] = [
  ['PrivateKey', privateKey],
  ['AWSAccessKeyID', `AWS_ACCESS_KEY_ID=${'AKIA'}Z7Q2XK4M9BTW5RLN`],
  ['AWSSecretAccessKey', `aws_secret_access_key = '${RANDOM}'`],
  ['GITHUB_TOKEN', `const token = '${'ghp_'}${RANDOM.slice(0, 36)}';`],
  ['NPM_ACCESS_TOKEN', `//registry.npmjs.org/:_authToken=${'npm_'}${RANDOM.slice(0, 36)}`],
  ['BasicAuth', `nitro: https://${'nsroot:Str0ngPass'}@adc.example.com`],
];

describe('a planted secret', () => {
  it.each(PLANTED)('%s → found on its line, and reported without it', async (kind, secret) => {
    const found = await secretsIn('lib/a.ts', `// first\n\n${secret}\n`);
    expect(found).toMatchObject([{ file: 'lib/a.ts', line: 3, kind }]);
    const [line = ''] = secretProblems(found);
    expect(line).toMatch(new RegExp(`^lib/a\\.ts:3: looks like a secret \\(${kind}\\)`));
    expect(found[0]?.text.length).toBeGreaterThan(8);
    expect(line).not.toContain(found[0]?.text);
  });

  it('cannot be hidden by a comment', async () => {
    const [, secret] = PLANTED[5]!;
    expect(await secretsIn('lib/a.ts', `// ${'secretlint-disable'}\n${secret}`)).toHaveLength(1);
  });

  it.each([
    'process.env.GITHUB_TOKEN',
    'AWS_ACCOUNT_ID=123456789012',
    'arn:aws:secretsmanager:eu-central-1:123456789012:secret:nspass/edge',
    '',
  ])('%j is none', async (text) => {
    expect(await secretsIn('lib/a.ts', text)).toEqual([]);
  });
});

describe('fixtures', () => {
  const password = { line: 1, kind: 'BasicAuth', text: `https://${'nsroot:secret'}@10.0.0.5` };
  const problemsOf = (found: Parameters<typeof secretProblems>[0]) =>
    secretProblems(found).filter((line) => line.includes('looks like'));

  it('the made-up password in a test → no problem; in the code → a problem', () => {
    expect(problemsOf([{ file: 'test/unit/a.test.ts', ...password }])).toEqual([]);
    expect(problemsOf([{ file: 'lib/a.ts', ...password }])).toHaveLength(1);
  });

  it('another password, or another kind, in a test → a problem', () => {
    expect(problemsOf([{ file: 'test/unit/a.test.ts', ...password, text: 'https://nsroot:other@' }])).toHaveLength(1);
    expect(problemsOf([{ file: 'test/unit/a.test.ts', ...password, kind: 'PrivateKey' }])).toHaveLength(1);
  });

  it('one that no file holds → a problem', () => {
    expect(secretProblems([])).toHaveLength(SECRET_FIXTURES.length);
  });
});

describe('the files that are searched', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nspass-secrets-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeAll(() => {
    for (const name of ['.git', 'sub/.hidden', 'node_modules/a']) mkdirSync(join(folder, name), { recursive: true });
    const files = {
      '.gitignore': 'node_modules/\n*.log\nsite/temp/\n',
      '.git/config': 'x',
      'node_modules/a/index.js': 'x',
      'sub/.hidden/key': 'x',
      'sub/run.log': 'x',
      'sub/picture.png': 'a\0b',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  });

  it('are the text files that .gitignore does not name, hidden ones included', () => {
    expect(repositoryFiles(folder).map(({ path }) => path)).toEqual(['.gitignore', 'sub/.hidden/key']);
  });

  it('of this project hold no secret but fixtures', async () => {
    const files = repositoryFiles(ROOT);
    expect(await checkSecrets(files)).toEqual([]);
    expect(files.length).toBeGreaterThan(1000);
  });
});
