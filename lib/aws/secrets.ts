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
   * User name and password of an appliance.
   *
   * @param options.refresh reads them again although they are cached: after the appliance refused them.
   * @throws {CredentialsUnavailable}
   */
  get(appliance: CredentialsSource, options?: { refresh?: boolean }): Promise<ApplianceCredentials>;
}

export type CredentialsSource = Pick<ApplianceConfig, 'name' | 'credentials'>;

/** Where an appliance's credentials come from, in words; never what is there. */
export function credentialsSource({ credentials: { secret, environment, file } }: CredentialsSource): string {
  if (environment !== undefined) {
    return `the environment variables ${environment}_USERNAME and ${environment}_PASSWORD`;
  }
  return file === undefined ? `the secret ${secret}` : `the file ${file}`;
}

/** Says which appliance, where was looked, what is missing there and what to do; never what was found. */
export class CredentialsUnavailable extends Error {
  override readonly name = 'CredentialsUnavailable';
  constructor(appliance: string, reason: string) {
    super(`credentials of appliance "${appliance}": ${reason}.`);
  }
}

export interface CredentialsOptions {
  /** Made on first use, as only appliances with a `secret` need it. */
  secrets?: () => Pick<SecretsManagerClient, 'send'>;
  env?: NodeJS.ProcessEnv;
  readFile?: (path: string) => Promise<string>;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** How long a secret is used before it is read again, in milliseconds. */
  cacheMs?: number;
}

export function secretsManagerClient(options: AwsClientOptions = {}): SecretsManagerClient {
  return new SecretsManagerClient(clientConfig(options, 'SECRETS_MANAGER', 5_000, 3));
}

/**
 * Credentials as the configuration says: a secret, else environment variables, else a file. Each appliance has exactly
 * one source, so that nobody wonders which one was used.
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
      return parse(text, (reason) => fail(`file ${file} ${reason}`));
    }
    client ??= makeClient();
    const answer = await client.send(new GetSecretValueCommand({ SecretId: secret })).catch((error: Error) => {
      throw fail(`secret ${secret} ${secretFailure(error)}`);
    });
    if (answer.SecretString === undefined) throw fail(`secret ${secret} is binary. ${FORM}`);
    return parse(answer.SecretString, (reason) => fail(`secret ${secret} ${reason}`));
  }

  return {
    get(appliance, { refresh = false } = {}) {
      const hit = cache.get(appliance.name);
      if (hit !== undefined && !refresh && hit.until > now()) return hit.value;
      const value = load(appliance);
      const entry = { until: now() + cacheMs, value };
      cache.set(appliance.name, entry);
      // A failure is not remembered: the next call looks again.
      value.catch(() => cache.get(appliance.name) === entry && cache.delete(appliance.name));
      return value;
    },
  };
}

const FORM = 'Put the text {"username":"…","password":"…"} there';

/** Reads `{"username","password"}`. What stands there never gets into an error. */
function parse(text: string, fail: (reason: string) => CredentialsUnavailable): ApplianceCredentials {
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
