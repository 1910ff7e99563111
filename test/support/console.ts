import { request } from 'node:http';
import type { CertificateWatch } from '../../lib/certificates/index.ts';
import {
  type ConsoleServer,
  type ConsoleSources,
  ConsoleWatch,
  type PageAssets,
  startConsoleServer,
} from '../../lib/console/index.ts';
import type { CertifiedRoute } from '../../lib/status/index.ts';

/** A page that says where it is: the real one has tests of its own, in a browser. */
const PLACEHOLDER: PageAssets = new Map([
  ['/', { type: 'text/html; charset=utf-8', body: '<!doctype html><title>placeholder</title>' }],
  ['/app.js', { type: 'text/javascript; charset=utf-8', body: 'export {};' }],
]);

export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Sends a request as it is written: no normalised path, any Host. */
export function send(
  port: number,
  path: string,
  options: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  } = {},
): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options;
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Exchanges the address for a session. @returns the cookie as a browser sends it. */
export async function signIn(url: string): Promise<string> {
  const { port, pathname, search } = new URL(url);
  const { status, headers } = await send(Number(port), `${pathname}${search}`);
  if (status !== 303) throw new Error(`status ${status} instead of a session`);
  return String(headers['set-cookie']).split(';')[0] ?? '';
}

/** An event that the server sent. */
export interface SentEvent {
  readonly type: string;
  readonly data: unknown;
}

/** A page that is connected. */
export interface ConnectedPage {
  readonly events: readonly SentEvent[];
  /** True once the server has closed the connection. */
  readonly closed: boolean;
  close(): void;
}

/** Connects as a page does. @returns when the server has answered. */
export function connectPage(port: number, cookie: string): Promise<ConnectedPage> {
  return new Promise((resolve, reject) => {
    const events: SentEvent[] = [];
    const page = { events, closed: false, close: () => void sent.destroy() };
    const sent = request(
      { host: '127.0.0.1', port, path: '/api/events', headers: { cookie }, agent: false },
      (response) => {
        if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode} instead of events`));
        let rest = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          const [...blocks] = (rest + chunk).split('\n\n');
          rest = blocks.pop() ?? '';
          for (const block of blocks) {
            const [, type, data] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
            if (type !== undefined && data !== undefined) events.push({ type, data: JSON.parse(data) });
          }
        });
        response.on('close', () => {
          page.closed = true;
        });
        response.on('error', () => undefined);
        resolve(page);
      },
    );
    sent.on('error', (error) => {
      page.closed = true;
      reject(error);
    });
    sent.end();
  });
}

/** A console with its server. */
export interface RunningConsole {
  readonly server: ConsoleServer;
  readonly watch: ConsoleWatch;
  /** New addresses, one for each that was used. */
  readonly used: readonly string[];
  stop(): Promise<void>;
}

export async function startConsole(
  sources: ConsoleSources,
  options: {
    readonly intervalMs?: number;
    readonly auditIntervalMs?: number;
    readonly now?: () => number;
    readonly assets?: PageAssets;
    readonly certificates?: CertificateWatch<CertifiedRoute>;
    readonly onReachable?: (failure: string | undefined) => void;
  } = {},
): Promise<RunningConsole> {
  const { intervalMs = 50, auditIntervalMs = 50, now = Date.now, assets = PLACEHOLDER, onReachable } = options;
  const watch = new ConsoleWatch({
    sources,
    intervalMs,
    auditIntervalMs,
    now,
    random: () => 0,
    ...(options.certificates === undefined ? {} : { certificates: options.certificates }),
    ...(onReachable === undefined ? {} : { onReachable }),
  });
  const used: string[] = [];
  const server = await startConsoleServer({ port: 0, watch, sources, assets, onUsed: (url) => void used.push(url) });
  return {
    server,
    watch,
    used,
    async stop() {
      watch.stop();
      await server.close();
    },
  };
}
