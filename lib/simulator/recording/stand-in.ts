import { type FaultRule, Faults } from '../faults.ts';
import { adminAnswer, FAULT_PATHS, type FaultyServer } from '../http/admin.ts';
import type { NitroReply, NitroRequest, OnExchange } from '../http/exchange.ts';
import { ControlServer, RequestCounts } from '../http/server.ts';
import type { SimulatorOptions } from '../options.ts';
import { recordedRequest } from './exchange-record.ts';
import type { Recording, Unmatched } from './recording.ts';
import { forward, type Upstream, UpstreamFailed } from './upstream.ts';

/** Milliseconds that an idle connection stays open, as on an appliance. */
const KEEP_ALIVE_MS = 5_000;

/** Where a stand-in listens, and whom it tells what it sees. */
export interface StandInOptions extends Pick<SimulatorOptions, 'listen' | 'https'> {
  readonly onExchange?: OnExchange;
  /** Called with what was wrong when a request got no answer. */
  readonly onProblem?: (message: string) => void;
}

/** A server of NITRO without a configuration of its own: its answers come from a recording or from an appliance. */
export interface StandIn extends Pick<FaultyServer, 'setFaults'> {
  readonly url: string;
  stop(): Promise<void>;
}

const failure = (status: number, message: string): NitroReply => ({
  status,
  body: { errorcode: -1, message, severity: 'ERROR' },
});

type Answer = (request: NitroRequest) => Promise<NitroReply>;

async function startStandIn(options: StandInOptions, handle: Answer): Promise<StandIn> {
  const target = { faults: new Faults(), requests: new RequestCounts() };
  const setFaults = (rules: readonly FaultRule[]): void => target.faults.set(rules);
  const server = new ControlServer({
    listen: { host: options.listen?.host ?? '127.0.0.1', port: options.listen?.port ?? 0 },
    https: options.https,
    keepAliveMs: KEEP_ALIVE_MS,
    counts: target.requests,
    handle,
    intervene: (info) => target.faults.intervene(info),
    admin: (request) => adminAnswer<FaultyServer>(request, { ...target, setFaults }, FAULT_PATHS),
    onExchange: undefined,
  });
  return { url: await server.listen(), setFaults, stop: () => server.stop() };
}

function unmatchedText(request: NitroRequest, file: string, { nearest, differs }: Unmatched): string {
  const asked = recordedRequest(request);
  const missing = `${file} has no answer to ${asked.method} ${asked.url}.`;
  if (nearest === undefined) return `${missing} It is empty: record it again with --record.`;
  const { method, url } = nearest.record.request;
  const more = differs.length > 3 ? ` (and ${differs.length - 3} more)` : '';
  const why = differs.length === 0 ? '' : `: ${differs.slice(0, 3).join('; ')}${more}`;
  return `${missing} The nearest is line ${nearest.line}, ${method} ${url}${why}. Record it again with --record.`;
}

/**
 * Starts a server that answers from a recording, with status 501 where there is no answer.
 *
 * @param file name of the recording, for messages
 */
export function startReplay(recording: Recording, file: string, options: StandInOptions): Promise<StandIn> {
  return startStandIn(options, async (request) => {
    const asked = recordedRequest(request);
    const found = recording.answer(asked);
    if (found !== undefined) return { body: '', ...found };
    const message = unmatchedText(request, file, recording.nearest(asked));
    options.onProblem?.(message);
    return failure(501, message);
  });
}

/** Starts a server that passes everything on to an appliance. Only what the appliance answered reaches `onExchange`. */
export function startProxy(upstream: Upstream, options: StandInOptions): Promise<StandIn> {
  return startStandIn(options, async (request) => {
    try {
      const reply = await forward(request, upstream);
      options.onExchange?.(request, reply);
      return reply;
    } catch (error) {
      if (!(error instanceof UpstreamFailed)) throw error;
      options.onProblem?.(error.message);
      return failure(502, error.message);
    }
  });
}
