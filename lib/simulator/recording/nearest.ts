import type { RecordedRequest } from './exchange-record.ts';

interface Difference {
  /** 0 for equal requests. */
  readonly distance: number;
  readonly differs: readonly string[];
}

const shown = (value: string | undefined): string =>
  value === undefined ? 'nothing' : value.length > 60 ? `${value.slice(0, 60)}…` : value;

/** Maps each value inside of a body to its path: `lbvserver.name` → `"web"`. */
function leaves(value: unknown, path = ''): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[path, JSON.stringify(value) ?? 'nothing']];
  return Object.entries(value).flatMap(([name, field]) => leaves(field, path === '' ? name : `${path}.${name}`));
}

function parameters(query: string): [string, string][] {
  return query === '' ? [] : query.split('&').map((pair) => pair.split(/=(.*)/s).slice(0, 2) as [string, string]);
}

function compare(recorded: [string, string][], given: [string, string][], what: string): string[] {
  const [before, now] = [new Map(recorded), new Map(given)];
  return [...new Set([...before.keys(), ...now.keys()])]
    .filter((name) => before.get(name) !== now.get(name))
    .map(
      (name) => `${what}${name === '' ? '' : ` ${name}`} was ${shown(before.get(name))} and is ${shown(now.get(name))}`,
    );
}

const split = (url: string): { path: string; kind: string; query: string } => {
  const [path = '', query = ''] = url.split(/\?(.*)/s);
  return { path: path.replace(/\/$/, ''), kind: path.split('/').slice(0, 5).join('/'), query };
};

/** Compares two requests: another type of object weighs most, then another object, then the method, then each value. */
export function differences(recorded: RecordedRequest, given: RecordedRequest): Difference {
  const [before, now] = [split(recorded.url), split(given.url)];
  const values = [
    ...compare(parameters(before.query), parameters(now.query), 'the parameter'),
    ...compare(leaves(recorded.body ?? {}), leaves(given.body ?? {}), 'the field'),
    ...compare(Object.entries(recorded.headers ?? {}), Object.entries(given.headers ?? {}), 'the header'),
  ];
  const kinds = before.kind === now.kind ? 0 : 10_000;
  const paths = before.path === now.path ? 0 : 100;
  const methods = recorded.method === given.method ? 0 : 1_000;
  return { distance: kinds + paths + methods + Math.min(values.length, 99), differs: values };
}
