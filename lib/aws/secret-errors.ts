/** Why Secrets Manager gave no secret, and what to do: by the name of the error. */
interface Cause {
  readonly names: readonly string[];
  readonly what: string;
  readonly remedy: string;
}

const AGAIN = 'It is tried again by itself';

/** Names as the service and the SDK give them; that of a throttled request depends on the protocol. */
const CAUSES: readonly Cause[] = [
  {
    names: ['ResourceNotFoundException'],
    what: 'is not there in this account and region, or has no value yet',
    remedy: 'Create it, or correct credentials.secret of the appliance in appliances.yml',
  },
  {
    names: ['AccessDeniedException', 'AccessDenied'],
    what: 'may not be read by this role or user',
    remedy: 'Allow it secretsmanager:GetSecretValue on the secret, and kms:Decrypt where it has a key of its own',
  },
  {
    names: ['DecryptionFailure', 'EncryptionFailure'],
    what: 'cannot be decrypted with its key',
    remedy: 'See that the KMS key is enabled, and that this role or user has kms:Decrypt on it',
  },
  {
    names: ['InvalidRequestException'],
    what: 'cannot be read in its present state: it is mostly marked for deletion',
    remedy: 'Restore it (aws secretsmanager restore-secret), or name another one',
  },
  {
    names: ['InvalidParameterException', 'ValidationException'],
    what: 'has a name that Secrets Manager does not take',
    remedy: 'Correct credentials.secret of the appliance in appliances.yml: it is a name or an ARN',
  },
  {
    names: [
      'ThrottlingException',
      'Throttling',
      'TooManyRequestsException',
      'RequestLimitExceeded',
      'LimitExceededException',
    ],
    what: 'could not be read, as Secrets Manager was asked too often',
    remedy: `${AGAIN}; if it stays, find out what else asks in this account`,
  },
  {
    names: ['InternalServiceError', 'InternalServiceErrorException', 'InternalFailure', 'ServiceUnavailableException'],
    what: 'could not be read, as Secrets Manager itself failed',
    remedy: `${AGAIN}; if it stays, see the AWS Health Dashboard`,
  },
  {
    names: [
      'CredentialsProviderError',
      'ExpiredTokenException',
      'ExpiredToken',
      'UnrecognizedClientException',
      'InvalidClientTokenId',
      'InvalidSignatureException',
      'IncompleteSignature',
      'MissingAuthenticationTokenException',
      'TokenProviderError',
    ],
    what: 'cannot be read, as there are no AWS credentials here that are valid',
    remedy: 'Log in to AWS (aws sts get-caller-identity says who you are), or correct the role',
  },
  {
    names: [
      'TimeoutError',
      'NetworkingError',
      'AbortError',
      'ETIMEDOUT',
      'ECONNREFUSED',
      'ECONNRESET',
      'ENOTFOUND',
      'EAI_AGAIN',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'EPIPE',
    ],
    what: 'cannot be read, as Secrets Manager is not reached',
    remedy: 'See to the network: in a VPC without a NAT gateway, an interface endpoint for secretsmanager is needed',
  },
];

/**
 * Says why a secret could not be read and what to do, by the names of the error alone: its text may hold anything.
 *
 * @returns the end of a sentence that begins with the secret's name.
 */
export function secretFailure(error: Error): string {
  const { code, cause } = error as NodeJS.ErrnoException;
  if (error.message === 'Region is missing') {
    return 'cannot be read, as no AWS region is known. Set AWS_REGION';
  }
  const names = [error.name, code, (cause as NodeJS.ErrnoException | undefined)?.code].filter(
    (name) => name !== undefined && name !== 'Error',
  ) as string[];
  const known = CAUSES.find((each) => names.some((name) => each.names.includes(name)));
  const name = names[0] ?? 'an error without a name';
  if (known === undefined) return `cannot be read (${name}). Try aws secretsmanager get-secret-value as the same role`;
  return `${known.what} (${names.find((each) => known.names.includes(each))}). ${known.remedy}`;
}

const FILE_REASONS: Record<string, string> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a folder',
};

/** Why a file of credentials could not be read, and what to do. */
export function fileFailure({ code, name }: NodeJS.ErrnoException): string {
  const what = code === undefined ? undefined : FILE_REASONS[code];
  return `${what ?? 'cannot be read'} (${code ?? name}). Correct credentials.file of the appliance, or the file`;
}
