import { readFile } from 'node:fs/promises';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ApplianceConfig } from '../config/appliances.ts';
import { type AwsClientOptions, clientConfig } from './client-config.ts';
import { fileFailure, secretFailure } from './secret-errors.ts';

export interface ApplianceCredentials {
  readonly username: string;
  readonly password: string;
}

export interface CredentialsProvider {
  /**
   * Returns user name and password of an appliance.
   *
   * @param options.refresh bypasses the cache, after the appliance rejected them.
   * @throws {CredentialsUnavailable}
   */
  get(appliance: CredentialsSource, options?: { refresh?: boolean }): Promise<ApplianceCredentials>;
}

export type CredentialsSource = Pick<ApplianceConfig, 'name' | 'credentials'>;

/** Names the source of an appliance's credentials, without their content. */
export function credentialsSource({ credentials: { secret, environment, file } }: CredentialsSource): string {
  if (environment !== undefined) {
    return `the environment variables ${environment}_USERNAME and ${environment}_PASSWORD`;
  }
  return file === undefined ? `the secret ${secret}` : `the file ${file}`;
}

/** The credentials cannot be read. The message names appliance, source, problem and remedy, but never any content. */
export class CredentialsUnavailable extends Error {
  override readonly name = 'CredentialsUnavailable';
  constructor(appliance: string, reason: string) {
    super(`credentials of appliance "${appliance}": ${reason}.`);
  }
}

export interface CredentialsOptions {
  /** Creates the client on first use, because only appliances with a `secret` need it. */
  secrets?: () => Pick<SecretsManagerClient, 'send'>;
  env?: NodeJS.ProcessEnv;
  readFile?: (path: string) => Promise<string>;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** Time after which a secret is read again, in milliseconds. */
  cacheMs?: number;
}

export function secretsManagerClient(options: AwsClientOptions = {}): SecretsManagerClient {
  return new SecretsManagerClient(clientConfig(options, 'SECRETS_MANAGER', 5_000, 3));
}

/**
 * Creates a provider that reads a secret, environment variables or a file. Each appliance has exactly one source, so that
 * it is clear which one is used.
 */
export function createCredentialsProvider(options: CredentialsOptions = {}): CredentialsProvider {
  const { env = process.env, now = Date.now, cacheMs = 300_000 } = options;
  const read = options.readFile ?? ((path: string) => readFile(path, 'utf8'));
  const makeClient = options.secrets ?? (() => secretsManagerClient({ env }));
  const cache = new Map<string, { until: number; value: Promise<ApplianceCredentials> }>();
  let client: Pick<SecretsManagerClient, 'send'> | undefined;

  async function load({ name, credentials }: CredentialsSource): Promise<ApplianceCredentials> {
    const fail = (reason: string) => new CredentialsUnavailable(name, reason);
    const { secret, environment, file } = credentials;
    const sources = [secret, environment, file].filter((source) => source !== undefined);
    if (sources.length !== 1) {
      throw fail(
        `exactly one of secret, environment and file must be given, not ${sources.length}: correct appliances.yml`,
      );
    }
    if (environment !== undefined) {
      const names = [`${environment}_USERNAME`, `${environment}_PASSWORD`] as const;
      const missing = names.filter((key) => (env[key] ?? '') === '');
      if (missing.length > 0) {
        const what = missing.length === 1 ? 'variable' : 'variables';
        const verb = missing.length === 1 ? 'is' : 'are';
        throw fail(`environment ${what} ${missing.join(' and ')} ${verb} not set, or empty. Set both for this process`);
      }
      return { username: env[names[0]] ?? '', password: env[names[1]] ?? '' };
    }
    if (file !== undefined) {
      const text = await read(file).catch((error: NodeJS.ErrnoException) => {
        throw fail(`file ${file} ${fileFailure(error)}`);
      });
      return parseCredentials(text, (reason) => fail(`file ${file} ${reason}`));
    }
    client ??= makeClient();
    const answer = await client.send(new GetSecretValueCommand({ SecretId: secret })).catch((error: Error) => {
      throw fail(`secret ${secret} ${secretFailure(error)}`);
    });
    if (answer.SecretString === undefined) throw fail(`secret ${secret} is binary. ${FORM}`);
    return parseCredentials(answer.SecretString, (reason) => fail(`secret ${secret} ${reason}`));
  }

  return {
    get(appliance, { refresh = false } = {}) {
      const hit = cache.get(appliance.name);
      if (hit !== undefined && !refresh && hit.until > now()) return hit.value;
      const value = load(appliance);
      const entry = { until: now() + cacheMs, value };
      cache.set(appliance.name, entry);
      // A failure is not cached: the next call reads again.
      value.catch(() => cache.get(appliance.name) === entry && cache.delete(appliance.name));
      return value;
    },
  };
}

const FORM = 'Put the text {"username":"…","password":"…"} there';

/** Reads `{"username","password"}`. Its content never appears in an error. */
function parseCredentials(text: string, fail: (reason: string) => CredentialsUnavailable): ApplianceCredentials {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw fail(`is not JSON. ${FORM}`);
  }
  const fields = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  const { username, password } = fields;
  const missing = Object.entries({ username, password }).filter(
    ([, value]) => typeof value !== 'string' || value === '',
  );
  if (missing.length > 0) throw fail(`has no text in ${missing.map(([key]) => key).join(' and ')}. ${FORM}`);
  return { username: username as string, password: password as string };
}
