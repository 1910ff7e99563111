import type { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { CredentialsUnavailable, createCredentialsProvider } from '../../../lib/aws/secrets.ts';

const PASSWORD = 'do-not-show-me';
const good = JSON.stringify({ username: 'nspass', password: PASSWORD });

/** Secrets Manager with these secrets; `asked` names what was fetched. */
function vault(secrets: Record<string, string | Uint8Array>) {
  const asked: string[] = [];
  const send = async ({ input }: GetSecretValueCommand) => {
    const id = input.SecretId ?? '';
    asked.push(id);
    const value = secrets[id];
    if (value === undefined) throw Object.assign(new Error(PASSWORD), { name: 'ResourceNotFoundException' });
    return typeof value === 'string' ? { SecretString: value } : { SecretBinary: value };
  };
  return { asked, secrets: () => ({ send }) as unknown as Pick<SecretsManagerClient, 'send'> };
}

const appliance = (credentials: { secret?: string; environment?: string; file?: string }) => ({
  name: 'alpha',
  credentials,
});

describe('createCredentialsProvider', () => {
  it('reads a secret', async () => {
    const provider = createCredentialsProvider({ secrets: vault({ s: good }).secrets });
    expect(await provider.get(appliance({ secret: 's' }))).toEqual({ username: 'nspass', password: PASSWORD });
  });

  it('reads environment variables', async () => {
    const provider = createCredentialsProvider({ env: { NS_USERNAME: 'u', NS_PASSWORD: 'p' } });
    expect(await provider.get(appliance({ environment: 'NS' }))).toEqual({ username: 'u', password: 'p' });
  });

  it('reads a file', async () => {
    const provider = createCredentialsProvider({ readFile: async () => good });
    expect(await provider.get(appliance({ file: '/c.json' }))).toEqual({ username: 'nspass', password: PASSWORD });
  });

  it('keeps them for a while, and reads again when it is over or when asked', async () => {
    let now = 0;
    const { asked, secrets } = vault({ s: good });
    const provider = createCredentialsProvider({ secrets, now: () => now, cacheMs: 1000 });
    const source = appliance({ secret: 's' });
    await provider.get(source);
    now = 999;
    await provider.get(source);
    expect(asked).toHaveLength(1);
    now = 1000;
    await provider.get(source);
    expect(asked).toHaveLength(2);
    await provider.get(source, { refresh: true });
    expect(asked).toHaveLength(3);
  });

  it('asks once for many at the same time', async () => {
    const { asked, secrets } = vault({ s: good });
    const provider = createCredentialsProvider({ secrets });
    await Promise.all([1, 2, 3].map(() => provider.get(appliance({ secret: 's' }))));
    expect(asked).toEqual(['s']);
  });

  it('does not remember a failure', async () => {
    const stored: Record<string, string> = {};
    const provider = createCredentialsProvider({ secrets: vault(stored).secrets });
    await expect(provider.get(appliance({ secret: 's' }))).rejects.toThrow(CredentialsUnavailable);
    stored.s = good;
    await expect(provider.get(appliance({ secret: 's' }))).resolves.toMatchObject({ username: 'nspass' });
  });

  const files: Record<string, string> = {
    'text.json': PASSWORD,
    'list.json': '[1]',
    'half.json': JSON.stringify({ username: 'u', password: '', other: PASSWORD }),
    'null.json': 'null',
  };
  it.each([
    ['no source', {}, 'exactly one of secret, environment and file must be given, not 0'],
    ['two sources', { secret: 's', file: 'f' }, 'must be given, not 2: correct appliances.yml'],
    ['variables not set', { environment: 'NS' }, 'environment variables NS_USERNAME and NS_PASSWORD are not set'],
    ['one variable empty', { environment: 'HALF' }, 'environment variable HALF_USERNAME is not set'],
    ['no such file', { file: 'none.json' }, 'file none.json does not exist (ENOENT). Correct credentials.file'],
    ['file without JSON', { file: 'text.json' }, 'file text.json is not JSON'],
    ['file with a list', { file: 'list.json' }, 'file list.json has no text in username and password'],
    ['file without password', { file: 'half.json' }, 'file half.json has no text in password'],
    ['file with null', { file: 'null.json' }, 'file null.json has no text in username and password'],
    [
      'no such secret',
      { secret: 'none' },
      'secret none does not exist in this account and region, or has no value yet (ResourceNotFoundException). Create it',
    ],
    ['secret without JSON', { secret: 'text' }, 'secret text is not JSON. Put the text {"username":'],
    ['binary secret', { secret: 'binary' }, 'secret binary is binary'],
  ])('says what is missing, and never what is there: %s', async (_name, credentials, reason) => {
    const provider = createCredentialsProvider({
      env: { HALF_PASSWORD: PASSWORD, HALF_USERNAME: '' },
      secrets: vault({ text: PASSWORD, binary: new Uint8Array([1]) }).secrets,
      readFile: async (path) => {
        const text = files[path];
        if (text === undefined) throw Object.assign(new Error(PASSWORD), { code: 'ENOENT' });
        return text;
      },
    });
    const error = await provider.get(appliance(credentials)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CredentialsUnavailable);
    const { message, stack, cause } = error as CredentialsUnavailable;
    expect(message).toContain('credentials of appliance "alpha": ');
    expect(message).toContain(reason);
    expect(`${message}${stack}${JSON.stringify(cause)}`).not.toContain(PASSWORD);
  });

  const failed = (name: string, more: object = {}) => Object.assign(new Error(PASSWORD), { name }, more);
  it.each<[string, Error, string]>([
    [
      'denied',
      failed('AccessDeniedException'),
      'may not be read by this role or user (AccessDeniedException). Allow secretsmanager:GetSecretValue',
    ],
    [
      'its key',
      failed('DecryptionFailure'),
      'cannot be decrypted with its key (DecryptionFailure). Check that the KMS key',
    ],
    ['deleted', failed('InvalidRequestException'), 'marked for deletion (InvalidRequestException). Restore it'],
    ['no name', failed('ValidationException'), 'a name that Secrets Manager rejects (ValidationException). Correct'],
    [
      'throttled',
      failed('ThrottlingException'),
      'Secrets Manager throttled the request (ThrottlingException). It is retried',
    ],
    [
      'its fault',
      failed('InternalServiceError'),
      'Secrets Manager itself failed (InternalServiceError). It is retried',
    ],
    [
      'nobody',
      failed('CredentialsProviderError'),
      'no valid AWS credentials were found (CredentialsProviderError). Log',
    ],
    ['expired', failed('ExpiredTokenException'), 'no valid AWS credentials were found (ExpiredTokenException). Log'],
    ['no network', failed('TimeoutError'), 'Secrets Manager is unreachable (TimeoutError). Check the network'],
    ['no listener', failed('Error', { code: 'ECONNREFUSED' }), 'Secrets Manager is unreachable (ECONNREFUSED). Check'],
    ['no region', new Error('Region is missing'), 'cannot be read, because no AWS region is set. Set AWS_REGION.'],
    [
      'new to us',
      failed('StrangeException'),
      'cannot be read (StrangeException). Run aws secretsmanager get-secret-value',
    ],
    ['nameless', failed('Error'), 'cannot be read (an error without a name). Run'],
  ])('says why Secrets Manager gave none, and what to do: %s', async (_name, thrown, reason) => {
    const send = async () => {
      throw thrown;
    };
    const secrets = () => ({ send }) as unknown as Pick<SecretsManagerClient, 'send'>;
    const provider = createCredentialsProvider({ secrets });
    const error = await provider.get(appliance({ secret: 'nspass/alpha' })).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CredentialsUnavailable);
    const { message, stack } = error as CredentialsUnavailable;
    expect(message).toContain('credentials of appliance "alpha": secret nspass/alpha ');
    expect(message).toContain(reason);
    expect(`${message}${stack}`).not.toContain(PASSWORD);
  });
});
