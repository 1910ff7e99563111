import { isLoopback } from '../../aws/client-config.ts';
import type { AnsweredAt } from '../../aws/response-date.ts';
import { type CloudTarget, cloudFailure, cloudFailureKind, QueueMissing } from '../cloud-failure.ts';
import { type ClockReading, dateReading } from './clock.ts';

/** What a look at something in AWS found. */
export type Seen<T> =
  | { readonly state: 'there'; readonly value: T }
  | { readonly state: 'missing' }
  | { readonly state: 'denied'; readonly action: string }
  | { readonly state: 'unknown'; readonly reason: string };

/** How a service was met. */
export interface ServiceContact {
  readonly service: string;
  /** Endpoint, and in parentheses what names it. */
  readonly address: string;
  readonly answered: boolean;
  /** Why it could not be asked; undefined if it could. */
  readonly silent: string | undefined;
  /** Why the credentials are missing or invalid. */
  readonly rejected: string | undefined;
  readonly clock: ClockReading | undefined;
}

const MISSING = /^(ResourceNotFoundException|QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue)$/;

/** Asks one service, and no more after it was silent: each attempt takes seconds. */
export class CloudService {
  readonly name: string;
  readonly #address: string;
  readonly #target: () => Promise<CloudTarget>;
  #answered = false;
  #silent: string | undefined;
  #rejected: string | undefined;
  #clock: ClockReading | undefined;

  constructor(name: string, address: string, target: () => Promise<CloudTarget>) {
    this.name = name;
    this.#address = address;
    this.#target = target;
  }

  /** Takes the time of an answer. */
  answered({ date, before, after }: AnsweredAt): void {
    this.#answered = true;
    this.#clock = dateReading(date, before, after);
  }

  get contact(): ServiceContact {
    return {
      service: this.name,
      address: this.#address,
      answered: this.#answered,
      silent: this.#silent,
      rejected: this.#rejected,
      clock: this.#clock,
    };
  }

  /** Looks at one thing. @param action that the role needs for it, as IAM names it. */
  async look<T>(action: string, read: () => Promise<T>): Promise<Seen<T>> {
    if (this.#silent !== undefined) return { state: 'unknown', reason: `${this.name} was not reached` };
    if (this.#rejected !== undefined) return { state: 'unknown', reason: 'there are no valid credentials' };
    try {
      return { state: 'there', value: await read() };
    } catch (error) {
      return this.#judge(action, error);
    }
  }

  async #judge(action: string, error: unknown): Promise<Seen<never>> {
    if (!(error instanceof Error)) throw error;
    if (error instanceof QueueMissing || MISSING.test(error.name)) return { state: 'missing' };
    const explained = cloudFailure(error, await this.#target()) as Error;
    switch (cloudFailureKind(error)) {
      case 'denied':
        return { state: 'denied', action };
      case 'credentials':
        this.#rejected = explained.message;
        return { state: 'unknown', reason: 'there are no valid credentials' };
      case 'region':
      case 'unreachable':
        this.#silent = explained.message;
        return { state: 'unknown', reason: `${this.name} was not reached` };
      default:
        // An answer that is an error, such as a throttled request; what is none is a fault of this program.
        if (this.#answered) return { state: 'unknown', reason: `${error.name}: ${error.message}` };
        throw error;
    }
  }
}

/** Endpoint and credentials, as the SDK finds them. */
export interface CloudSources {
  readonly region?: string;
  /** Of `--endpoint`. */
  readonly endpoint?: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Names the address of a service, and the option or variable that it comes from. */
export function addressOf(prefix: string, variable: string, { region, endpoint, env }: CloudSources): string {
  if (endpoint !== undefined) return `${endpoint} (--endpoint)`;
  const name = [`AWS_ENDPOINT_URL_${variable}`, 'AWS_ENDPOINT_URL'].find((each) => (env[each] ?? '') !== '');
  if (name !== undefined) return `${env[name]} (${name})`;
  const where = region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  const from = region !== undefined ? '--region' : env.AWS_REGION !== undefined ? 'AWS_REGION' : 'AWS_DEFAULT_REGION';
  return where === undefined
    ? `${prefix} of the profile’s region (--region, AWS_REGION)`
    : `https://${prefix}.${where}.amazonaws.com (${from})`;
}

/** Names the source of the credentials, without their content. */
export function awsCredentialsSource({ endpoint, env }: CloudSources): string {
  if ((env.AWS_ACCESS_KEY_ID ?? '') !== '') return 'the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
  if ((env.AWS_PROFILE ?? '') !== '') return `the profile ${env.AWS_PROFILE} (AWS_PROFILE)`;
  const at = endpoint ?? env.AWS_ENDPOINT_URL;
  if (at !== undefined && isLoopback(at)) return 'nowhere: the endpoint is on this machine';
  return 'where the AWS SDK finds them (AWS_ACCESS_KEY_ID, AWS_PROFILE, or the role of this machine)';
}
