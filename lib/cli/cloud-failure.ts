import { UsageError } from './usage.ts';

/** The deployment, region and account that a command addressed, for its error messages. */
export interface CloudTarget {
  readonly deployment: string;
  /** Whether the name is the default, not one that the user gave. */
  readonly byDefault: boolean;
  readonly endpoint?: string;
  /** Absent if unknown. */
  readonly region?: string;
  /** Twelve digits; absent if the credentials do not name it. */
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
    super(`queue ${queue} does not exist`, options);
    this.queue = queue;
  }
}

/** AWS refused a request or is unreachable: one sentence with a remedy. */
class CloudFailure extends Error {
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

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
  'TimeoutError',
]);

/** Node tried several addresses, and none answered. */
const firstOf = (error: Error): Error =>
  error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;

const codeOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? '';

/** Returns what an error of the SDK is about. */
export function cloudFailureKind(error: Error): 'region' | 'credentials' | 'denied' | 'unreachable' | 'other' {
  const first = firstOf(error);
  if (first.message === 'Region is missing' || first.message.startsWith('Region not accepted')) return 'region';
  if (NO_CREDENTIALS.has(first.name)) return 'credentials';
  if (/AccessDenied/.test(first.name)) return 'denied';
  return UNREACHABLE.has(codeOf(first)) || UNREACHABLE.has(first.name) ? 'unreachable' : 'other';
}

/**
 * Maps an error of the SDK to one for a person at a terminal: what happened, and what to do. Returns others unchanged.
 *
 * | error | becomes |
 * |---|---|
 * | no region | UsageError |
 * | no deployment | UsageError, with region and account |
 * | no queue, missing or invalid credentials, no permission, no connection | CloudFailure with a remedy |
 */
export function cloudFailure(error: unknown, target: CloudTarget): unknown {
  if (!(error instanceof Error)) return error;
  const options = { cause: error };
  const first = firstOf(error);
  if (first instanceof DeploymentMissing) return new UsageError(missingDeploymentText(target), options);
  if (first instanceof QueueMissing) {
    return new CloudFailure(
      `${first.message} ${locationText(target)}, although deployment "${target.deployment}" does: the queue was deleted, or the deployment is incomplete. npm run deploy creates it again.`,
      options,
    );
  }
  switch (cloudFailureKind(error)) {
    case 'region':
      return new UsageError(
        first.message === 'Region is missing'
          ? 'no AWS region is set: use --region, or set AWS_REGION.'
          : 'AWS_REGION is not the name of a region: correct it, or use --region, such as --region eu-central-1.',
        options,
      );
    case 'credentials':
      return new CloudFailure(
        `no valid AWS credentials were found (${first.name}): log in to AWS, or choose a profile with AWS_PROFILE. aws sts get-caller-identity shows who you are.`,
        options,
      );
    case 'denied':
      return new CloudFailure(
        `${first.message.replace(/\.?$/, '.')} The role needs the policy that the stack outputs as OperatorPolicyArn, and an entry in custom.nspass.operators.`,
        options,
      );
    case 'unreachable':
      return new CloudFailure(
        unreachableText(first, codeOf(first) === '' ? first.name : codeOf(first), target),
        options,
      );
    default:
      return error;
  }
}

function locationText({ region, account }: CloudTarget): string {
  const of = account === undefined ? 'the account of your credentials' : `account ${account}`;
  return region === undefined ? `in ${of}` : `in region ${region} of ${of}`;
}

function missingDeploymentText(target: CloudTarget): string {
  const { deployment, byDefault, account } = target;
  const remedy = byDefault
    ? ' That name is the default: use --deployment, or set NSPASS_DEPLOYMENT.'
    : ' Check --deployment, --region and the account.';
  const who = account === undefined ? ' aws sts get-caller-identity shows the account.' : '';
  return `deployment "${deployment}" does not exist ${locationText(target)}.${remedy}${who}`;
}

/** Returns the host that a network error names. */
function hostOf(error: Error): string | undefined {
  const { hostname, address, port } = error as { hostname?: string; address?: string; port?: number };
  if (hostname !== undefined) return hostname;
  return address === undefined ? undefined : `${address}${port === undefined ? '' : `:${port}`}`;
}

function unreachableText(error: Error, code: string, { endpoint, region }: CloudTarget): string {
  if (endpoint !== undefined)
    return `${endpoint} is unreachable (${code}): check --endpoint, and that its service runs.`;
  const host = hostOf(error) ?? 'AWS';
  const which = region === undefined ? '' : ` (${region})`;
  return `${host} is unreachable (${code}): check the region${which}, and the network of this machine (proxy, VPN, DNS).`;
}
