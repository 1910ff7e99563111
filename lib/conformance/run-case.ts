import { NOWHERE } from './backends.ts';
import type { CaseScope, CaseStep, ConformanceCase, TlsRequest } from './case.ts';
import { curlClient } from './clients/curl-client.ts';
import type { ClientEndpoint, ClientSetup } from './clients/endpoint.ts';
import { nodeClient, type OpenConnection, openConnection } from './clients/node-client.ts';
import { opensslClient } from './clients/openssl-client.ts';
import { rawClient } from './clients/raw-client.ts';
import { plainRequest } from './clients/redirect-client.ts';
import { ingress, service } from './manifests.ts';
import { type ConnectionResult, difference, inWords } from './seen.ts';
import { stepInWords } from './step-words.ts';
import type { ConformanceTarget } from './target.ts';

const HTTPS = 443;
const HTTP = 80;
/** New connections that show how a back end's members share them. */
const SPREAD = 12;
/** Looks in a row that must find nothing: one alone may be a connection that failed for another reason. */
const ABSENT_LOOKS = 3;
/** Pauses between two tries of an expectation, in milliseconds: each is twice the one before. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** What a run needs besides the target. */
export interface RunSettings {
  readonly setup: ClientSetup;
  /** Longest time until an expectation holds, in milliseconds. */
  readonly patienceMs: number;
  readonly domain: string;
  /** Milliseconds since any moment. */
  now(): number;
  pause(ms: number): Promise<void>;
}

/** What came of a case. */
export type Verdict =
  | { readonly verdict: 'passed' }
  | { readonly verdict: 'failed'; readonly step: string; readonly reason: string }
  /** The machine, or the target as it is described, lacks something. */
  | { readonly verdict: 'skipped'; readonly reason: string }
  /** The controller cannot be asked for it. */
  | { readonly verdict: 'not applicable'; readonly reason: string };

/** Signals that this machine cannot make the connection of a case. */
class Impossible extends Error {
  override readonly name = 'Impossible';
}

/** Runs a case in a namespace of its own, and removes it afterwards. */
export async function runCase(
  entry: ConformanceCase,
  target: ConformanceTarget,
  settings: RunSettings,
): Promise<Verdict> {
  const lacking = lackOf(entry, target);
  if (lacking !== undefined) return lacking;
  const scope = scopeOf(entry, target, settings.domain);
  const run = new CaseRun(scope, target, settings);
  try {
    await target.begin(scope.namespace);
    return await run.all(entry.steps(scope));
  } finally {
    run.close();
    await target.end(scope.namespace);
  }
}

/** Returns why a target cannot be judged by a case. */
function lackOf({ needs }: ConformanceCase, { profile, features }: ConformanceTarget): Verdict | undefined {
  const foreign = needs.flatMap((feature) => profile.lacks[feature] ?? []);
  if (foreign.length > 0) return { verdict: 'not applicable', reason: [...new Set(foreign)].join('; ') };
  const missing = needs.filter((feature) => !features.has(feature));
  if (missing.length === 0) return undefined;
  return { verdict: 'skipped', reason: `the target has no ${missing.join(', ')}` };
}

function scopeOf({ id }: ConformanceCase, target: ConformanceTarget, domain: string): CaseScope {
  const base = `${id}.${domain}`;
  return {
    namespace: `nspass-conformance-${id}`,
    host: (label) => (label === undefined ? base : `${label}.${base}`),
    vip: target.vip,
    secondVip: target.secondVip ?? '',
    className: target.className,
    profile: target.profile,
    limits: target.limits,
    member: (backend) => target.member(backend),
    node: (backend) => target.node(backend),
  };
}

class CaseRun {
  readonly #scope: CaseScope;
  readonly #target: ConformanceTarget;
  readonly #settings: RunSettings;
  readonly #open = new Map<string, OpenConnection>();
  #changes = 0;

  constructor(scope: CaseScope, target: ConformanceTarget, settings: RunSettings) {
    this.#scope = scope;
    this.#target = target;
    this.#settings = settings;
  }

  async all(steps: readonly CaseStep[]): Promise<Verdict> {
    for (const [index, step] of steps.entries()) {
      try {
        const reason = await this.#step(step, steps[index + 1]);
        if (reason !== undefined) return { verdict: 'failed', step: stepInWords(step), reason };
      } catch (error) {
        if (error instanceof Impossible) return { verdict: 'skipped', reason: error.message };
        return { verdict: 'failed', step: stepInWords(step), reason: (error as Error).message };
      }
    }
    return { verdict: 'passed' };
  }

  close(): void {
    for (const connection of this.#open.values()) connection.close();
  }

  /** @returns why the step failed; undefined if it did not. */
  async #step(step: CaseStep, next: CaseStep | undefined): Promise<string | undefined> {
    switch (step.kind) {
      case 'apply':
      case 'remove':
        await this.#target[step.kind](step.objects);
        // That something is absent shows only once the change has been worked on.
        return isAbsence(next) ? this.#witness() : undefined;
      case 'open':
        return this.#openConnection(step);
      case 'alive':
        return this.#alive(step);
      default:
        return this.#eventually(() => this.#look(step), isAbsence(step) ? ABSENT_LOOKS : 1);
    }
  }

  /** Serves a new host, and waits for it: what was applied before has been worked on, too. */
  async #witness(): Promise<string | undefined> {
    this.#changes += 1;
    const host = this.#scope.host(`witness-${this.#changes}`);
    await this.#target.apply([
      ...service(this.#scope, 'witness-service', ['a']),
      ingress(this.#scope, 'witness-of-the-suite', { rules: [host], service: 'witness-service' }),
    ]);
    return this.#eventually(() => this.#tls({ host }, { backends: ['a'] }));
  }

  /**
   * Repeats a look until nothing differs.
   *
   * @param looks in a row that must agree.
   * @returns the last difference.
   */
  async #eventually(look: () => Promise<string | undefined>, looks = 1): Promise<string | undefined> {
    const { now, pause, patienceMs } = this.#settings;
    const until = now() + patienceMs;
    let agreed = 0;
    for (let ms = FIRST_PAUSE_MS; ; ms = Math.min(2 * ms, LONGEST_PAUSE_MS)) {
      const reason = await look();
      agreed = reason === undefined ? agreed + 1 : 0;
      if (agreed === looks) return undefined;
      if (reason !== undefined && now() >= until) return reason;
      if (reason !== undefined) await pause(ms);
    }
  }

  async #look(step: Exclude<CaseStep, { kind: 'apply' | 'remove' | 'open' | 'alive' }>): Promise<string | undefined> {
    const { namespace } = this.#scope;
    switch (step.kind) {
      case 'tls':
        return this.#tls(step.request, step.answer);
      case 'raw': {
        const seen = await rawClient(this.#endpoint(step.request.port) ?? NOWHERE, step.request, this.#timeout);
        return seen.kind === 'ended' && seen.how !== 'refused' ? undefined : `expected an end, ${inWords(seen)}`;
      }
      case 'http': {
        const endpoint = this.#endpoint(HTTP);
        const answer = endpoint && (await plainRequest(endpoint, step.host, step.path, this.#timeout));
        if (JSON.stringify(answer) === JSON.stringify(step.answer)) return undefined;
        return `expected ${plainWords(step.answer)}, got ${plainWords(answer)}`;
      }
      case 'address': {
        const is = [...(await this.#target.addresses(namespace, step.ingress))].sort().join(', ');
        const should = [...step.addresses].sort().join(', ');
        return is === should ? undefined : `the status shows ${is || 'no address'}, should show ${should || 'none'}`;
      }
      case 'reason': {
        const told = await this.#target.reasons(namespace, step.ingress);
        return told.includes(step.reason) ? undefined : `it was told ${told.join(', ') || 'nothing'}`;
      }
      case 'spread':
        return this.#spread(step);
    }
  }

  async #tls(request: TlsRequest, answer: Extract<CaseStep, { kind: 'tls' }>['answer']): Promise<string | undefined> {
    const { host, port, second } = request;
    // A program takes long to start, and a hello byte by byte long to send: they come once the route is as expected.
    if (isSlow(request) && typeof answer !== 'string') {
      const plain = { host, ...(port === undefined ? {} : { port }), ...(second === undefined ? {} : { second }) };
      const waiting = await this.#tls(plain, { backends: answer.backends });
      if (waiting !== undefined) return waiting;
    }
    const seen = await this.#connect(request);
    if (seen.kind === 'impossible') throw new Impossible(seen.reason);
    return difference(seen, answer, request, this.#target.profile.unserved);
  }

  async #connect(request: TlsRequest): Promise<ConnectionResult> {
    const endpoint = this.#endpoint(request.port ?? HTTPS, request.second);
    if (endpoint === undefined) return { kind: 'ended', how: 'refused' };
    const client = { node: nodeClient, openssl: opensslClient, curl: curlClient }[request.client ?? 'node'];
    return client(endpoint, request, this.#settings.setup);
  }

  async #spread({ host, backends }: Extract<CaseStep, { kind: 'spread' }>): Promise<string | undefined> {
    const answered = new Set<string>();
    for (let count = 0; count < SPREAD; count += 1) {
      const seen = await this.#connect({ host });
      if (seen.kind !== 'answer') return `one of ${SPREAD} connections got none: ${inWords(seen)}`;
      answered.add(seen.words.backend);
    }
    const [is, should] = [[...answered].sort().join(', '), [...backends].sort().join(', ')];
    return is === should ? undefined : `${is} answered, should be ${should}`;
  }

  #openConnection({ name, host, backend }: Extract<CaseStep, { kind: 'open' }>): Promise<string | undefined> {
    return this.#eventually(async () => {
      const endpoint = this.#endpoint(HTTPS);
      if (endpoint === undefined) return 'nothing listens there';
      const opened = await openConnection(endpoint, host, this.#settings.setup);
      if ('kind' in opened) return inWords(opened);
      this.#open.get(name)?.close();
      this.#open.set(name, opened);
      return this.#alive({ name, backend });
    });
  }

  async #alive({ name, backend }: { name: string; backend: string }): Promise<string | undefined> {
    const connection = this.#open.get(name);
    if (connection === undefined) return 'it was never opened';
    const seen = await connection.ask();
    if (seen.kind !== 'answer') return inWords(seen);
    return seen.words.backend === backend ? undefined : `${seen.words.backend} answered`;
  }

  #endpoint(port: number | undefined, second = false): ClientEndpoint | undefined {
    return this.#target.endpoint(second ? this.#scope.secondVip : this.#scope.vip, port ?? HTTPS);
  }

  get #timeout(): number {
    return this.#settings.setup.timeoutMs;
  }
}

const isSlow = ({ client = 'node', segments, helloBytes }: TlsRequest): boolean =>
  client !== 'node' || segments !== undefined || helloBytes !== undefined;

const plainWords = (answer: { status: number; location: string } | undefined): string =>
  answer === undefined ? 'no answer' : `${answer.status} to ${answer.location || 'nowhere'}`;

/** Whether a step expects that something is not there: before the change that takes it away, that says nothing. */
function isAbsence(step: CaseStep | undefined): boolean {
  if (step === undefined) return false;
  if (step.kind === 'tls') return typeof step.answer === 'string';
  if (step.kind === 'http') return step.answer === undefined;
  return step.kind === 'address' && step.addresses.length === 0;
}
