import type { Names } from '../netscaler/index.ts';
import type { ConsoleError } from './api.ts';
import { conflictPage } from './conflicts.ts';
import { driftReport } from './drift.ts';
import type { ConsoleReading } from './reading.ts';
import { routePath } from './route-path.ts';
import { findRoute, ROUTE_FILTERS, routePage } from './routes-page.ts';
import type { ConsoleSources } from './sources.ts';
import type { ConsoleWatch } from './watch.ts';

/** Status and body of an answer under `/api`. */
export interface ApiAnswer {
  readonly status: 200 | 400 | 404 | 503;
  readonly body: unknown;
}

/** Longest search, in characters. */
const LONGEST_SEARCH = 256;
/** Longest host of a request: longer than any DNS name. */
const LONGEST_HOST = 300;

/** What the answers come from. */
export interface AnswerSource {
  readonly watch: Pick<
    ConsoleWatch,
    'reading' | 'overview' | 'replays' | 'version' | 'failure' | 'changes' | 'audited' | 'certificates'
  >;
  readonly sources: Pick<ConsoleSources, 'configured' | 'names'>;
}

const ok = (body: unknown): ApiAnswer => ({ status: 200, body });
const failed = (status: 400 | 404 | 503, error: string): ApiAnswer => ({
  status,
  body: { error } satisfies ConsoleError,
});

/**
 * Answers a request under `/api`, but for the events.
 *
 * @param path such as `/api/routes`.
 */
export async function apiAnswer(source: AnswerSource, path: string, query: URLSearchParams): Promise<ApiAnswer> {
  const { watch, sources } = source;
  switch (path) {
    case '/api/overview': {
      const overview = await watch.overview();
      return overview === undefined ? unread(source) : ok(overview);
    }
    case '/api/changes':
      return ok(watch.changes);
    case '/api/drift':
      return ok(driftReport(watch.audited, sources.configured));
    case '/api/replay':
      return ok(await watch.replays());
    case '/api/routes':
    case '/api/conflicts':
    case '/api/route': {
      const wrong = wrongParameter(query);
      if (wrong !== undefined) return failed(400, wrong);
      const reading = await watch.reading();
      return reading === undefined ? unread(source) : ofReading(source, path, query, reading);
    }
    default:
      return failed(404, 'The console has no such answer.');
  }
}

const unread = ({ watch }: AnswerSource): ApiAnswer =>
  failed(503, `The appliance has not been read yet: ${watch.failure ?? 'the first reading has not ended'}`);

function ofReading(
  { watch, sources }: AnswerSource,
  path: '/api/routes' | '/api/conflicts' | '/api/route',
  query: URLSearchParams,
  reading: ConsoleReading,
): ApiAnswer {
  const page = Number(textOf(query, 'page') ?? 1);
  if (path === '/api/conflicts') return ok(conflictPage(watch.version, reading.routes, page));
  if (path === '/api/routes') {
    const states = query.getAll('state').filter(Boolean);
    const wanted = { search: query.get('search') ?? '', states, page };
    return ok(routePage(watch.version, reading.routes, wanted, watch.certificates));
  }
  return ofRoute(watch, sources, query, reading);
}

function ofRoute(
  { audited, certificates }: Pick<ConsoleWatch, 'audited' | 'certificates'>,
  { names, configured }: { readonly names: Names; readonly configured: string | undefined },
  query: URLSearchParams,
  { routes }: ConsoleReading,
): ApiAnswer {
  const [host, frontend] = [textOf(query, 'host'), textOf(query, 'frontend')];
  if (host === undefined || frontend === undefined) {
    return failed(400, 'Name a host and a front end: /api/route?host=shop.example.com&frontend=192.0.2.10_443');
  }
  const route = findRoute(routes, host, frontend);
  if (route === undefined) {
    return failed(404, 'The appliance has no such host on this front end: it may have been removed.');
  }
  const { findings } = audited;
  return ok(routePath({ route, names, findings, appliance: configured, seen: certificates }));
}

/** Returns a parameter; undefined if it is absent or empty. */
function textOf(query: URLSearchParams, name: string): string | undefined {
  const value = query.get(name) ?? '';
  return value === '' ? undefined : value;
}

/** Returns what is wrong with the parameters. The value is not repeated: nobody needs it, and it may be anything. */
function wrongParameter(query: URLSearchParams): string | undefined {
  if (!/^[1-9]\d{0,5}$/.test(textOf(query, 'page') ?? '1')) return 'page must be a number from 1 to 999999.';
  if (query.getAll('state').some((state) => state !== '' && !ROUTE_FILTERS.includes(state))) {
    return `state must be one of ${ROUTE_FILTERS.join(', ')}.`;
  }
  if ((query.get('search') ?? '').length > LONGEST_SEARCH) return `search has more than ${LONGEST_SEARCH} characters.`;
  if ([query.get('host'), query.get('frontend')].some((text) => (text ?? '').length > LONGEST_HOST)) {
    return `host and frontend have at most ${LONGEST_HOST} characters.`;
  }
  return undefined;
}
