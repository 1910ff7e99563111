import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type ConsoleFixture, fixtureConflicts, fixturePage, fixturePath } from './fixture.ts';

const PAGE = fileURLToPath(new URL('../../../../lib/console/page/', import.meta.url));
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Serves the page with answers of a fixture. */
export class FixtureServer {
  readonly #server: Server;
  readonly #streams = new Set<ServerResponse>();
  readonly #files: ReadonlyMap<string, string>;
  fixture: ConsoleFixture;
  /** While set, every answer of the API is this error. */
  refusal: { readonly status: number; readonly error: string } | undefined;

  private constructor(fixture: ConsoleFixture, files: ReadonlyMap<string, string>) {
    this.fixture = fixture;
    this.#files = files;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(fixture: ConsoleFixture): Promise<FixtureServer> {
    const { outputFiles } = await build({
      entryPoints: [`${PAGE}main.ts`],
      bundle: true,
      format: 'esm',
      platform: 'browser',
      write: false,
      logLevel: 'silent',
    });
    const files = new Map([['/app.js', outputFiles[0]?.text ?? '']]);
    files.set('/', await readFile(`${PAGE}index.html`, 'utf8'));
    for (const name of ['app.css', 'icon.svg']) files.set(`/${name}`, await readFile(`${PAGE}${name}`, 'utf8'));
    const server = new FixtureServer(fixture, files);
    await server.listen(0);
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
  }

  /** Tells all open pages. */
  tell(event: 'overview' | 'change' | 'replay', data: unknown): void {
    for (const stream of this.#streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    this.#streams.clear();
    await closed;
  }

  #answer({ url = '/' }: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
    response.setHeader('content-security-policy', CSP);
    const file = this.#files.get(pathname);
    if (file !== undefined) {
      const type = TYPES[pathname === '/' ? 'html' : (pathname.split('.').at(-1) ?? '')] ?? 'text/plain';
      response.writeHead(200, { 'content-type': type }).end(file);
      return;
    }
    if (this.refusal !== undefined) {
      json(response, this.refusal.status, { error: this.refusal.error });
      return;
    }
    if (pathname === '/api/events') {
      this.#streams.add(response);
      response.on('close', () => this.#streams.delete(response));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`event: overview\ndata: ${JSON.stringify(this.fixture.overview)}\n\n`);
      return;
    }
    const body = this.#body(pathname, searchParams);
    if (body === undefined) json(response, 404, { error: 'There is no such route. Search for its host.' });
    else json(response, 200, body);
  }

  #body(path: string, query: URLSearchParams): unknown {
    switch (path) {
      case '/api/overview':
        return this.fixture.overview;
      case '/api/routes':
        return fixturePage(this.fixture, query);
      case '/api/route':
        return fixturePath(this.fixture, query);
      case '/api/conflicts':
        return fixtureConflicts(this.fixture);
      case '/api/drift':
        return this.fixture.drift;
      case '/api/changes':
        return this.fixture.changes;
      case '/api/replay':
        return this.fixture.replay;
      default:
        return undefined;
    }
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
