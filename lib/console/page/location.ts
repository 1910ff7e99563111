import { isFilter, type RouteFilter } from './words.ts';

/** Place within the page, as the fragment of the address says it. */
export type PageLocation =
  | { readonly view: 'overview' | 'drift' | 'changes' | 'replay' | 'unknown' }
  | { readonly view: 'routes'; readonly search: string; readonly state: RouteFilter | undefined; readonly page: number }
  | { readonly view: 'route'; readonly host: string; readonly frontend: string }
  | { readonly view: 'conflicts'; readonly page: number };

/** Reads a fragment: `#/routes?search=shop&state=down&page=2`. Values that cannot be are read as if they were absent. */
export function parseLocation(fragment: string): PageLocation {
  const [path = '', query = ''] = fragment.replace(/^#?\/?/, '').split('?');
  const parameters = new URLSearchParams(query);
  const [view = '', ...rest] = path.split('/');
  if (view === '') return { view: 'overview' };
  if (view === 'drift' || view === 'changes' || view === 'replay') return { view };
  if (view === 'conflicts') return { view, page: pageOf(parameters) };
  if (view === 'routes') {
    const state = parameters.get('state') ?? '';
    return {
      view,
      search: parameters.get('search') ?? '',
      state: isFilter(state) ? state : undefined,
      page: pageOf(parameters),
    };
  }
  const [host, frontend] = rest.map((part) => decoded(part));
  if (view === 'route' && host !== undefined && frontend !== undefined) return { view, host, frontend };
  return { view: 'unknown' };
}

/** Writes a fragment that {@link parseLocation} reads. What is as at the start is left out. */
export function fragmentOf(location: PageLocation): string {
  switch (location.view) {
    case 'overview':
    case 'unknown':
      return '#/';
    case 'route':
      return `#/route/${encodeURIComponent(location.host)}/${encodeURIComponent(location.frontend)}`;
    case 'conflicts':
      return `#/conflicts${queryOf({ page: location.page })}`;
    case 'routes':
      return `#/routes${queryOf(location)}`;
    default:
      return `#/${location.view}`;
  }
}

/** Returns the fragment of the routes in a state, or of all. */
export const routesFragment = (state?: RouteFilter): string =>
  fragmentOf({ view: 'routes', search: '', state, page: 1 });

interface Query {
  readonly search?: string;
  readonly state?: RouteFilter | undefined;
  readonly page: number;
}

function queryOf({ search = '', state, page }: Query): string {
  const parameters = new URLSearchParams();
  if (search !== '') parameters.set('search', search);
  if (state !== undefined) parameters.set('state', state);
  if (page > 1) parameters.set('page', String(page));
  return parameters.size === 0 ? '' : `?${parameters}`;
}

function pageOf(parameters: URLSearchParams): number {
  const page = Number(parameters.get('page') ?? 1);
  return Number.isSafeInteger(page) && page > 0 ? page : 1;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
