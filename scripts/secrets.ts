// Looks for secrets in texts: private keys, tokens, passwords in addresses.
import { lintSource } from '@secretlint/core';
import { secretLintProfiler } from '@secretlint/profiler';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';

// The profiler searches all its marks for each new one: over all files, a minute of processor time instead of a second.
secretLintProfiler.mark = () => undefined;

/** Something that looks like a secret. It holds the text for the comparison with fixtures only: never print it. */
export interface FoundSecret {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Kind of secret: `PrivateKey`, `BasicAuth`, `GITHUB_TOKEN`, … */
  readonly kind: string;
  readonly text: string;
}

/** A made-up secret that a test needs. */
interface SecretFixture {
  /** Path in the repository. */
  readonly file: RegExp;
  readonly kind: string;
  readonly text: RegExp;
  readonly reason: string;
}

/** Made-up secrets that are no finding. One that no file holds any more is a problem. */
export const SECRET_FIXTURES: readonly SecretFixture[] = [
  {
    file: /^test\/conformance\/simulator\/pem\.ts$/,
    kind: 'PrivateKey',
    text: /^-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/,
    reason: 'EC keys made for these tests; their certificates name hosts of example only',
  },
  {
    file: /^test\/(unit|integration)\//,
    kind: 'BasicAuth',
    text: /^(https?|ftp):\/\/(nsroot|user):secret@/,
    reason: 'the word "secret" as a password: addresses with a password must be refused',
  },
];

/** Kinds that name something without giving access to it. */
const NO_SECRETS: readonly string[] = ['AWSAccountID'];

const CONFIG = {
  rules: [
    {
      id: '@secretlint/secretlint-rule-preset-recommend',
      rule: creator,
      // Off by default: identifiers of access keys.
      rules: [{ id: '@secretlint/secretlint-rule-aws', options: { enableIDScanRule: true } }],
    },
  ],
};

/** Returns what looks like a secret in a file. Comments cannot switch the search off: exceptions have one home, here. */
export async function secretsIn(file: string, text: string): Promise<FoundSecret[]> {
  // As long as the original, so that places stay the same.
  const content = text.replaceAll('secretlint-disable', 'secretlint_disable');
  const { messages } = await lintSource({
    source: { content, filePath: file, contentType: 'text' },
    options: { config: CONFIG, noPhysicFilePath: true },
  });
  const secret = messages.filter(({ messageId }) => !NO_SECRETS.includes(messageId));
  return secret.map(({ messageId, range: [start, end], loc }) => ({
    file,
    line: loc.start.line,
    kind: messageId,
    text: text.slice(start, end),
  }));
}

/** Returns the secrets that are no fixtures, and the fixtures that are not found any more, as lines to print. */
export function secretProblems(found: readonly FoundSecret[]): string[] {
  const fixtureOf = (secret: FoundSecret): SecretFixture | undefined =>
    SECRET_FIXTURES.find(({ file, kind, text }) => {
      return kind === secret.kind && file.test(secret.file) && text.test(secret.text);
    });
  const real = found.filter((secret) => fixtureOf(secret) === undefined);
  const used = new Set(found.map(fixtureOf));
  return [
    ...real.map(
      ({ file, line, kind }) =>
        `${file}:${line}: looks like a secret (${kind}): revoke it and remove it, from the commits, too; one made up for a test needs an entry in scripts/secrets.ts`,
    ),
    ...SECRET_FIXTURES.filter((fixture) => !used.has(fixture)).map(
      ({ file, kind }) => `scripts/secrets.ts: no ${kind} in ${file} needs its exception any more: remove it`,
    ),
  ];
}
