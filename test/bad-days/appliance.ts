import {
  type HttpAnswer,
  type HttpCall,
  NitroClient,
  NitroSession,
  NitroUnreachable,
  type Transport,
} from '../../lib/nitro/index.ts';
import { nitroJson } from '../../lib/simulator/http/layout.ts';
import type { SimulatorOptions } from '../../lib/simulator/index.ts';
import { SimulatedAppliance } from '../../lib/simulator/simulated-appliance.ts';
import type { VirtualClock } from './clock.ts';
import type { AppliancePlan } from './schedule.ts';

/** Milliseconds of a call to a healthy appliance. */
const USUAL_MS = 15;
/** Milliseconds that the functions wait for an answer. */
export const CALL_TIMEOUT_MS = 20_000;

const CREDENTIALS = { username: 'nsroot', password: 'nsroot' };

/** What others have on the appliance: nothing of it may ever change (LIF-5). */
const FOREIGN_CONFIG = `
add server other-1 10.200.0.1
add lb vserver other-lb HTTP 192.0.2.200 80
add serviceGroup other-group HTTP
bind serviceGroup other-group other-1 8080
bind lb vserver other-lb other-group
add policy stringmap other_map
bind policy stringmap other_map "key" "value"
add ssl policy other-policy -rule "client.ip.src.eq(203.0.113.1)" -action RESET
add cs vserver other-cs HTTP 192.0.2.201 80
`;

/** The simulator behind a transport in this process, and what can be wrong with it. */
export class Appliance {
  readonly plan: AppliancePlan;
  readonly simulator: SimulatedAppliance;
  readonly #clock: VirtualClock;
  /** Saved configurations, oldest first. */
  readonly backups: string[] = [];
  /** Milliseconds of every call; more than {@link CALL_TIMEOUT_MS}: it is done, and its answer comes too late. */
  callMs = USUAL_MS;
  unreachable = false;
  /** Type of objects of which no more can be added. */
  full: string | undefined;
  /**
   * It lost or changed configuration outside of the system: since when, and whether a flagged snapshot of each cluster
   * repairs it (protocol rule 4) or only comparison of real objects does (rule 10). `redirected`: somebody led a host to
   * another tenant by hand.
   */
  distrusted: { readonly since: number; readonly untilVerified: boolean; readonly redirected: boolean } | undefined;
  /** Told after each write. */
  written: () => void = () => {};
  #hog: string[] = [];
  readonly operator: NitroClient;

  constructor(plan: AppliancePlan, clock: VirtualClock, options: Pick<SimulatorOptions, 'resolveMember'> = {}) {
    this.plan = plan;
    this.#clock = clock;
    this.simulator = new SimulatedAppliance({
      // Members that nobody connects to count as UP.
      resolveMember: async () => undefined,
      ...options,
      ...CREDENTIALS,
      now: clock.now,
      config: FOREIGN_CONFIG,
      ...(plan.pair ? { ha: {} } : {}),
    });
    this.operator = this.#client();
  }

  get name(): string {
    return this.plan.name;
  }

  /** Base URLs that the configuration names; nothing listens there. */
  get endpoints(): string[] {
    return this.plan.pair
      ? [`http://${this.name}-0.test`, `http://${this.name}-1.test`]
      : [`http://${this.name}-0.test`];
  }

  healthy(): void {
    this.callMs = USUAL_MS;
    this.unreachable = false;
    this.full = undefined;
  }

  get faulty(): boolean {
    return this.callMs !== USUAL_MS || this.unreachable || this.full !== undefined || this.#hog.length > 0;
  }

  /** The configuration that is not ours, in the order of the appliance. */
  foreign(): string {
    return this.simulator
      .runningConfig()
      .split('\n')
      .filter(
        (line) => !/nsp[-_]/.test(line) && !/^(add|set) server (10\.[0-9.]+) /.test(line) && !line.startsWith('#'),
      )
      .join('\n');
  }

  /** A transport to one node. */
  transport(node: number): Transport {
    return (call) => this.#send(node, call);
  }

  async #send(node: number, call: HttpCall): Promise<HttpAnswer> {
    const what = `${call.method} ${call.path.split('?')[0]}`;
    if (this.unreachable) {
      this.#clock.spend(1_000);
      throw new NitroUnreachable(what, 'connection refused', false);
    }
    const late = this.callMs > CALL_TIMEOUT_MS;
    this.#clock.spend(Math.min(this.callMs, CALL_TIMEOUT_MS));
    const refused = this.#isFull(call);
    const answer = refused ?? (await this.#answer(node, call));
    if (call.method !== 'GET' && refused === undefined && !/log(in|out)$/.test(call.path)) {
      // Rows of the ledger lead no client anywhere.
      const { body = '' } = call;
      const ledgerOnly = /^config\/policystringmap_pattern_binding/.test(call.path) && isOfLedger(call.path, body);
      if (!ledgerOnly) this.written();
    }
    if (late) throw new NitroUnreachable(what, 'no answer in time', true);
    return answer;
  }

  #isFull({ method, path }: HttpCall): HttpAnswer | undefined {
    if (this.full === undefined || method === 'GET' || method === 'DELETE') return undefined;
    if (path.split(/[/?]/)[1] !== this.full || /action=/.test(path)) return undefined;
    const body = { errorcode: 1072, message: 'Maximum resource limit reached', severity: 'ERROR' };
    return { status: 599, headers: {}, body };
  }

  async #answer(node: number, { method, path, body, headers = {} }: HttpCall): Promise<HttpAnswer> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const request = {
      method,
      url: `/nitro/v1/${path}`,
      headers: { 'content-type': 'application/json', ...headers },
      body: Buffer.from(text),
      client: '127.0.0.1',
    };
    const reply = await this.simulator.answer(request, node);
    const written = typeof reply.body === 'object' ? nitroJson(reply.body) : '';
    return {
      status: reply.status,
      headers: Object.fromEntries(
        Object.entries(reply.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
      ),
      body: written === '' ? undefined : (JSON.parse(written) as Record<string, unknown>),
    };
  }

  /** A client of an operator, whom no fault concerns. */
  #client(): NitroClient {
    const nodes = this.plan.pair ? [0, 1] : [0];
    const session = new NitroSession({
      name: this.name,
      transports: nodes.map((node) => (call) => this.#answer(node, call)),
      credentials: async () => CREDENTIALS,
      idleSeconds: 60,
      backoff: {
        attempts: 1,
        baseMs: 1,
        maxMs: 1,
        random: () => 0,
        sleep: async () => {},
        remainingMs: () => Number.POSITIVE_INFINITY,
      },
    });
    return new NitroClient(session);
  }

  /** Keeps a copy of what was saved last. */
  backUp(): void {
    const saved = this.simulator.savedConfig();
    if (saved !== '' && saved !== this.backups.at(-1)) this.backups.push(saved);
  }

  /** Somebody else's sessions. */
  async hogSessions(count: number): Promise<void> {
    for (let each = 0; each < count; each += 1) {
      const body = { login: { ...CREDENTIALS, timeout: 86_400 } };
      const answer = await this.#answer(0, { method: 'POST', path: 'config/login', body });
      const token = answer.body?.sessionid;
      if (typeof token === 'string') this.#hog.push(token);
    }
  }

  async freeSessions(): Promise<void> {
    for (const token of this.#hog.splice(0)) {
      const headers = { cookie: `NITRO_AUTH_TOKEN=${encodeURIComponent(token)}` };
      await this.#answer(0, { method: 'POST', path: 'config/logout', body: { logout: {} }, headers });
    }
  }
}

/** Returns whether a write names maps of the ledger alone. */
function isOfLedger(path: string, body: unknown): boolean {
  const text = `${path} ${JSON.stringify(body)}`;
  return text.includes('nsp_l_') && !text.includes('nsp_f_');
}
