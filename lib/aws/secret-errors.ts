/** Cause and remedy of a failed request to Secrets Manager, by the name of the error. */
interface Cause {
  readonly names: readonly string[];
  /** Continues a sentence that begins with the secret. */
  readonly problem: string;
  readonly remedy: string;
}

const AGAIN = 'It is retried automatically';

/** Names are those of the service and the SDK; that of a throttled request depends on the protocol. */
const CAUSES: readonly Cause[] = [
  {
    names: ['ResourceNotFoundException'],
    problem: 'does not exist in this account and region, or has no value yet',
    remedy: 'Create it, or correct credentials.secret of the appliance in appliances.yml',
  },
  {
    names: ['AccessDeniedException', 'AccessDenied'],
    problem: 'may not be read by this role or user',
    remedy: 'Allow secretsmanager:GetSecretValue on the secret, and kms:Decrypt if it has its own key',
  },
  {
    names: ['DecryptionFailure', 'EncryptionFailure'],
    problem: 'cannot be decrypted with its key',
    remedy: 'Check that the KMS key is enabled, and that this role or user has kms:Decrypt on it',
  },
  {
    names: ['InvalidRequestException'],
    problem: 'cannot be read in its current state: it is probably marked for deletion',
    remedy: 'Restore it (aws secretsmanager restore-secret), or use another one',
  },
  {
    names: ['InvalidParameterException', 'ValidationException'],
    problem: 'has a name that Secrets Manager rejects',
    remedy: 'Correct credentials.secret of the appliance in appliances.yml: expected a name or an ARN',
  },
  {
    names: [
      'ThrottlingException',
      'Throttling',
      'TooManyRequestsException',
      'RequestLimitExceeded',
      'LimitExceededException',
    ],
    problem: 'could not be read, because Secrets Manager throttled the request',
    remedy: `${AGAIN}; if it persists, find out which other clients of this account send requests`,
  },
  {
    names: ['InternalServiceError', 'InternalServiceErrorException', 'InternalFailure', 'ServiceUnavailableException'],
    problem: 'could not be read, because Secrets Manager itself failed',
    remedy: `${AGAIN}; if it persists, see the AWS Health Dashboard`,
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
    problem: 'cannot be read, because no valid AWS credentials were found',
    remedy: 'Log in to AWS (aws sts get-caller-identity shows who you are), or correct the role',
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
    problem: 'cannot be read, because Secrets Manager is unreachable',
    remedy: 'Check the network: a VPC without a NAT gateway needs an interface endpoint for secretsmanager',
  },
];

/**
 * Explains why a secret could not be read, and names a remedy. Only the names of the error count: its text may hold secrets.
 *
 * @returns the end of a sentence that begins with the secret.
 */
export function secretFailure(error: Error): string {
  const { code, cause } = error as NodeJS.ErrnoException;
  if (error.message === 'Region is missing') {
    return 'cannot be read, because no AWS region is set. Set AWS_REGION';
  }
  const names = [error.name, code, (cause as NodeJS.ErrnoException | undefined)?.code].filter(
    (name) => name !== undefined && name !== 'Error',
  ) as string[];
  const known = CAUSES.find((each) => names.some((name) => each.names.includes(name)));
  const name = names[0] ?? 'an error without a name';
  if (known === undefined)
    return `cannot be read (${name}). Run aws secretsmanager get-secret-value with the same role`;
  return `${known.problem} (${names.find((each) => known.names.includes(each))}). ${known.remedy}`;
}

const FILE_REASONS: Record<string, string> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a folder',
};

/** Explains why a file of credentials could not be read, and names a remedy. */
export function fileFailure({ code, name }: NodeJS.ErrnoException): string {
  const what = code === undefined ? undefined : FILE_REASONS[code];
  return `${what ?? 'cannot be read'} (${code ?? name}). Correct credentials.file of the appliance, or the file`;
}
