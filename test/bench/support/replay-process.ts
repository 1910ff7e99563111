// Sends recorded requests again, in their order, without any logic: the time that the appliance alone needs.
import { Agent, request } from 'node:http';
import { answerCalls, type Child, startChild } from './child.ts';
import { type CallKind, kindOf, oneForEach, type RecordedCall, readCalls } from './recorded-call.ts';
import { countTraffic, traffic } from './traffic.ts';
import { Meter, type Usage } from './usage.ts';

export interface Replayed extends Usage {
  readonly requests: number;
  /** Bytes on the wire, with the headers of HTTP. */
  readonly sent: number;
  readonly received: number;
}

export interface ReplayOptions {
  /** The appliance's base URL. */
  readonly url: string;
  /** A recording of {@link SimulatorProcess}. */
  readonly file: string;
  readonly kinds: readonly CallKind[];
  /** One call for each object and binding. */
  readonly each?: boolean;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

const api = {
  /** @throws {Error} a call is answered with another status than when it was recorded. */
  async replay({ url, file, kinds, each = false }: ReplayOptions): Promise<Replayed> {
    const recorded = (await readCalls(file)).filter((call) => kinds.includes(kindOf(call)));
    const calls = (each ? recorded.flatMap(oneForEach) : recorded).map((call) => ({
      ...call,
      bytes: Buffer.from(call.body),
    }));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      const cookie = await logIn(url, agent);
      const before = traffic();
      const meter = new Meter();
      await meter.time(async () => {
        for (const call of calls) judge(call, await send(url, agent, call, call.bytes, { cookie }));
      });
      const after = traffic();
      await send(url, agent, LOG_OUT, Buffer.from(LOG_OUT.body), { cookie });
      const [sent, received] = [after.sent - before.sent, after.received - before.received];
      return { ...meter.usage, requests: calls.length, sent, received };
    } finally {
      agent.destroy();
    }
  },
};

function judge(call: RecordedCall, { status, text }: Answer): void {
  // A call of its own has another status than its bulk call: only a refusal counts.
  const same = call.status === 0 ? status < 300 && status !== 207 : status === call.status;
  if (!same) {
    const was = call.status === 0 ? '' : `, which was answered with ${call.status}`;
    throw new Error(`${call.method} ${call.url}${was}, is answered with ${status}: ${text.slice(0, 300)}`);
  }
}

const LOG_OUT = { method: 'POST', url: '/nitro/v1/config/logout', body: '{"logout":{}}' } as const;

async function logIn(url: string, agent: Agent): Promise<string> {
  const body = Buffer.from('{"login":{"username":"nsroot","password":"nsroot"}}');
  const answer = await send(url, agent, { method: 'POST', url: '/nitro/v1/config/login' }, body, {});
  const { sessionid } = JSON.parse(answer.text) as { sessionid?: string };
  if (sessionid === undefined) throw new Error(`no session: ${answer.status} ${answer.text.slice(0, 300)}`);
  return `NITRO_AUTH_TOKEN=${encodeURIComponent(sessionid)}`;
}

function send(
  base: string,
  agent: Agent,
  { method, url, headers }: Pick<RecordedCall, 'method' | 'url'> & Partial<RecordedCall>,
  body: Buffer,
  own: Readonly<Record<string, string>>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(url, base),
      {
        method,
        agent,
        headers: { 'content-type': 'application/json', ...headers, ...own, 'content-length': body.length },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', reject);
        answer.once('end', () =>
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** Replays a recording in a process of its own. */
export async function replay(options: ReplayOptions): Promise<Replayed> {
  const child: Child<typeof api> = startChild<typeof api>('replay-process.ts');
  try {
    return await child.call('replay', options);
  } finally {
    await child.stop();
  }
}

if (process.argv[1] === import.meta.filename) {
  countTraffic();
  answerCalls(api);
}
