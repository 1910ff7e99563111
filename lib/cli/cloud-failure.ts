import { UsageError } from './usage.ts';

/** Where a command looked, for a sentence about what it did not find. */
export interface CloudTarget {
  readonly deployment: string;
  /** Nobody typed the name of the deployment. */
  readonly byDefault: boolean;
  readonly endpoint?: string;
  /** Absent where none is known. */
  readonly region?: string;
  /** Twelve digits; absent where the credentials do not say it. */
  readonly account?: string;
}

/** AWS has no bus, archive or queue of this deployment. */
export class DeploymentMissing extends Error {
  override readonly name = 'DeploymentMissing';
}

/** A queue is missing. */
export class QueueMissing extends Error {
  override readonly name = 'QueueMissing';
  readonly queue: string;

  constructor(queue: string, options?: ErrorOptions) {
    super(`there is no queue ${queue}`, options);
    this.queue = queue;
  }
}

/** AWS refused or could not be reached: one sentence with what to do. */
export class CloudFailure extends Error {
  override readonly name = 'CloudFailure';
}

const NO_CREDENTIALS = new Set([
  'CredentialsProviderError',
  'TokenProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
]);

const NOT_REACHED = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
  'TimeoutError',
]);

/**
 * Returns the error that a person at a terminal is told instead of one of the SDK: what happened, and what to do.
 * Leaves others as they are.
 *
 * | error | told as |
 * |---|---|
 * | no region | usage |
 * | no deployment | usage, with the place that was looked at |
 * | no queue, no or bad credentials, no right, no connection | a sentence with a remedy |
 */
export function cloudFailure(error: unknown, place: CloudTarget): unknown {
  if (!(error instanceof Error)) return error;
  const options = { cause: error };
  // Several addresses were tried, and none answered.
  const told = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
  const code = (told as NodeJS.ErrnoException).code ?? '';
  if (told.message === 'Region is missing') {
    return new UsageError('No region is known: name one with --region, or set AWS_REGION.', options);
  }
  if (told.message.startsWith('Region not accepted')) {
    return new UsageError(
      'AWS_REGION is not the name of a region: name one with --region, such as eu-central-1.',
      options,
    );
  }
  if (told instanceof DeploymentMissing) return new UsageError(missing(place), options);
  if (told instanceof QueueMissing) {
    return new CloudFailure(
      `${told.message} ${where(place)}, although the deployment "${place.deployment}" is there: it was removed, or the deployment is not whole. npm run deploy makes it again.`,
      options,
    );
  }
  if (NO_CREDENTIALS.has(told.name)) {
    return new CloudFailure(
      `there are no AWS credentials here that are valid (${told.name}). Log in to AWS, or choose a profile with AWS_PROFILE: aws sts get-caller-identity says who you are.`,
      options,
    );
  }
  if (/AccessDenied/.test(told.name)) {
    return new CloudFailure(
      `${told.message.replace(/\.?$/, '.')} This role needs the policy that the stack puts out as OperatorPolicyArn, and a place in custom.nspass.operators.`,
      options,
    );
  }
  if (NOT_REACHED.has(code) || NOT_REACHED.has(told.name)) {
    return new CloudFailure(unreached(told, code === '' ? told.name : code, place), options);
  }
  return error;
}

function where({ region, account }: CloudTarget): string {
  const of = account === undefined ? 'the account of your credentials' : `account ${account}`;
  return region === undefined ? `in ${of}` : `in region ${region} of ${of}`;
}

function missing(place: CloudTarget): string {
  const { deployment, byDefault, account } = place;
  const meant = byDefault
    ? ' That name is the default: name yours with --deployment, or set NSPASS_DEPLOYMENT.'
    : ' Correct --deployment, --region, or the account.';
  const who = account === undefined ? ' aws sts get-caller-identity says which account it is.' : '';
  return `there is no deployment "${deployment}" ${where(place)}.${meant}${who}`;
}

/** Host that an error of the network names. */
function hostOf(error: Error): string | undefined {
  const { hostname, address, port } = error as { hostname?: string; address?: string; port?: number };
  if (hostname !== undefined) return hostname;
  return address === undefined ? undefined : `${address}${port === undefined ? '' : `:${port}`}`;
}

function unreached(error: Error, code: string, { endpoint, region }: CloudTarget): string {
  if (endpoint !== undefined) return `${endpoint} is not reached (${code}): is --endpoint right, and does it run?`;
  const host = hostOf(error) ?? 'AWS';
  const right = region === undefined ? 'is the region right' : `is the region ${region} right`;
  return `${host} is not reached (${code}): ${right}, and does this machine have a way to it (proxy, VPN, DNS)?`;
}
