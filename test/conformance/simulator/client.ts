import { type Simulator, type SimulatorOptions, startSimulator } from '../../../lib/simulator/index.ts';

/** An answer with the parts that clients read. */
export interface Reply {
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
  readonly body: Record<string, unknown> & { errorcode?: number; message?: string; severity?: string };
}

/** A bare NITRO client, independent of the project's own client. */
export class Nitro {
  readonly url: string;
  cookie: string | undefined;

  constructor(url: string) {
    this.url = url;
  }

  async raw(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Reply> {
    const response = await fetch(`${this.url}/nitro/v1/${path}`, {
      method,
      ...(body === undefined ? {} : { body }),
      headers: {
        'Content-Type': 'application/json',
        ...(this.cookie === undefined ? {} : { Cookie: this.cookie }),
        ...headers,
      },
    });
    const text = await response.text();
    const parsed = text === '' ? {} : (JSON.parse(text) as Reply['body']);
    return { status: response.status, reason: response.statusText, headers: response.headers, body: parsed };
  }

  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply> {
    return this.raw(method, `config/${path}`, body === undefined ? undefined : JSON.stringify(body), headers);
  }

  async login(username = 'nsroot', password = 'nsroot', extra: Record<string, unknown> = {}): Promise<Reply> {
    this.cookie = undefined;
    const reply = await this.call('POST', 'login', { login: { username, password, ...extra } });
    if (reply.status === 201) this.cookie = `NITRO_AUTH_TOKEN=${encodeURIComponent(String(reply.body.sessionid))}`;
    return reply;
  }

  add(kind: string, body: unknown, query = ''): Promise<Reply> {
    return this.call('POST', `${kind}${query}`, { [kind]: body });
  }

  /** Creates what a case needs; a refusal fails the test. */
  async need(kind: string, body: unknown): Promise<void> {
    const reply = await this.add(kind, body);
    if (reply.status !== 201) throw new Error(`${kind} ${JSON.stringify(body)}: ${JSON.stringify(reply.body)}`);
  }

  get(path: string): Promise<Reply> {
    return this.call('GET', path);
  }

  async rows(path: string): Promise<Record<string, unknown>[]> {
    const reply = await this.get(path);
    const kind = path.replace(/[/?].*$/, '');
    return (reply.body[kind] as Record<string, unknown>[] | undefined) ?? [];
  }

  set(kind: string, body: unknown): Promise<Reply> {
    return this.call('PUT', kind, { [kind]: body });
  }

  delete(path: string): Promise<Reply> {
    return this.call('DELETE', path);
  }

  act(kind: string, action: string, body: unknown): Promise<Reply> {
    return this.call('POST', `${kind}?action=${action}`, { [kind]: body });
  }
}

export interface Bench {
  readonly simulator: Simulator;
  readonly nitro: Nitro;
  stop(): Promise<void>;
}

/** Starts a simulator, and a client that is logged in. */
export async function bench(options: SimulatorOptions = {}): Promise<Bench> {
  const simulator = await startSimulator(options);
  const nitro = new Nitro(simulator.url);
  await nitro.login();
  return { simulator, nitro, stop: () => simulator.stop() };
}
