import { type Result, type Subject, UNDEF } from '../expression/values.ts';
import type { StoredRow } from '../store/store.ts';
import { type HttpRequest, parseRequest } from '../wire/http-request.ts';
import { ReceivedBytes } from '../wire/received-bytes.ts';
import type { Arrival } from './arrival.ts';
import type { PacketEngine } from './packet-engine.ts';
import { setsOf } from './policy-bank.ts';
import { reset } from './relay.ts';

const REQUEST_TIMEOUT_MS = 180_000;

const responder = {
  binding: 'csvserver_responderpolicy_binding',
  policyKind: 'responderpolicy',
  undefAction: (policy: StoredRow) => String(policy.undefaction ?? 'NOOP'),
  select: (binding: StoredRow) => binding.bindpoint === undefined || binding.bindpoint === 'REQUEST',
};

/** The same on an appliance whose NOOP does not end the walk. */
const responderPastNoop = { ...responder, isPassed: (action: string) => action.toUpperCase() === 'NOOP' };

const switching = {
  binding: 'csvserver_cspolicy_binding',
  policyKind: 'cspolicy',
  undefAction: () => 'NOOP',
  select: () => true,
};

const PHRASES: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  302: 'Object Moved',
  303: 'See Other',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  503: 'Service Unavailable',
};

interface Answer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body?: string;
}

function answer({ socket }: Arrival, request: HttpRequest, { status, headers, body = '' }: Answer): void {
  const keep = request.version === 'HTTP/1.1' && !/close/i.test(request.headers.get('connection') ?? '');
  const lines = [
    `HTTP/1.1 ${status} ${PHRASES[status] ?? 'OK'}`,
    ...headers,
    `Connection: ${keep ? 'keep-alive' : 'close'}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n${request.method === 'HEAD' ? '' : body}`);
  if (!keep) socket.end();
}

/** Cuts a header value at its first line break, whatever an expression returned. */
const oneLine = (text: string): string => text.split(/[\r\n]/)[0]!;

/** Runs a responder action, whose target was evaluated; an UNDEF target resets. */
function respond(arrival: Arrival, request: HttpRequest, action: StoredRow, target: Result): void {
  if (target === UNDEF || target === undefined) {
    reset(arrival.socket);
  } else if (action.type === 'redirect') {
    const status = Number(action.responsestatuscode ?? 302);
    answer(arrival, request, { status, headers: [`Location: ${oneLine(String(target))}`] });
  } else {
    arrival.socket.end(String(target));
  }
}

/** Returns the balancing server that content switching chooses, or the default one. */
function chooseServer(arrival: Arrival, engine: PacketEngine, subject: Subject): string | undefined {
  const { store, vserver } = arrival;
  const name = String(vserver.name);
  if (store.object('lbvserver', name) !== undefined) return name;
  const policyBanks = engine.policyBanks(store);
  const verdict = policyBanks.evaluate(name, switching, subject);
  const bound = verdict?.binding.targetlbvserver;
  if (bound !== undefined) return String(bound);
  const action = verdict === undefined ? undefined : store.object('csaction', verdict.action);
  if (action?.targetlbvserver !== undefined) return String(action.targetlbvserver);
  if (action?.targetvserver !== undefined) return String(action.targetvserver);
  if (action?.targetvserverexpr !== undefined && engine.behaviour['computed-server']) {
    const computed = policyBanks.expression(action, 'targetvserverexpr').run(subject);
    if (typeof computed === 'string') return computed;
  }
  for (const binding of store.bindings('csvserver_lbvserver_binding', name)) return String(binding.lbvserver);
  return undefined;
}

/** @returns whether something else took the connection over */
function handle(arrival: Arrival, engine: PacketEngine, request: HttpRequest, bytes: Buffer): boolean {
  const { store, vserver, client, server, socket } = arrival;
  const name = String(vserver.name);
  const subject: Subject = { request, client, server, vserver: name, sets: setsOf(store) };
  const bank = engine.behaviour['noop-before-switching'] ? responder : responderPastNoop;
  const definition =
    store.object('csvserver', name) === undefined ? { ...bank, binding: 'lbvserver_responderpolicy_binding' } : bank;
  const verdict = engine.policyBanks(store).evaluate(name, definition, subject);
  const action = verdict?.action ?? 'NOOP';
  engine.counters.traffic(`csvserver ${name}`).hits += 1;
  switch (action.toUpperCase()) {
    case 'RESET':
      reset(socket);
      return true;
    case 'DROP':
      return true;
    case 'NOOP':
      break;
    default: {
      const row = store.object('responderaction', action);
      if (row !== undefined && row.type !== 'noop') {
        respond(arrival, request, row, engine.policyBanks(store).expression(row, 'target').run(subject));
        return socket.writableEnded;
      }
    }
  }
  const target = chooseServer(arrival, engine, subject);
  if (target === undefined) {
    answer(
      arrival,
      { ...request, version: 'HTTP/1.0' },
      {
        status: 503,
        headers: ['Content-Type: text/html'],
        body: '<html><body><b>Http/1.1 Service Unavailable</b></body></html>',
      },
    );
    return true;
  }
  void engine.forward(arrival, target, bytes);
  return true;
}

/** Returns the length of the request body; undefined when it is not known beforehand. */
function bodyLength(request: HttpRequest): number | undefined {
  if (request.headers.has('transfer-encoding')) return undefined;
  const length = request.headers.get('content-length') ?? '0';
  return /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}

/** Serves a client of an HTTP server: responder policies first, then content switching and balancing. */
export function acceptHttp(arrival: Arrival, engine: PacketEngine): void {
  const { socket } = arrival;
  const received = new ReceivedBytes();
  /** Bytes of a body that have not arrived. */
  let skip = 0;
  /** Bytes in which no end of a head was found. */
  let searched = 0;
  const onTimeout = (): void => void socket.destroy();
  const onEnd = (): void => void socket.end();
  socket.setTimeout(REQUEST_TIMEOUT_MS, onTimeout);
  socket.on('error', () => socket.destroy());
  socket.on('end', onEnd);
  const stop = (): void => {
    socket.off('data', onData);
    socket.off('end', onEnd);
    socket.setTimeout(0, onTimeout);
  };
  const onData = (chunk: Buffer): void => {
    received.push(chunk);
    while (received.bytes.length > 0) {
      const skipped = Math.min(skip, received.bytes.length);
      skip -= skipped;
      received.drop(skipped);
      if (received.bytes.length === 0) return;
      const all = received.bytes;
      const request = parseRequest(all, searched);
      searched = request === 'more' ? all.length : 0;
      if (request === 'more') return;
      if (request === 'invalid') {
        socket.destroy();
        return;
      }
      const body = bodyLength(request);
      received.drop(request.length);
      skip = body ?? 0;
      if (handle(arrival, engine, request, all)) {
        stop();
        return;
      }
      if (body === undefined) {
        socket.end();
        stop();
        return;
      }
    }
  };
  socket.on('data', onData);
}
