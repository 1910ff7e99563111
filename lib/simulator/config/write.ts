import { isBuiltIn } from '../command/built-in.ts';
import { schemas } from '../schema/schema.ts';
import type { Store, StoredRow, StoredValue } from '../store/store.ts';
import { aclToWords } from './acl.ts';
import { type Configuration, INITIAL_FEATURES, INITIAL_MODES } from './configuration.ts';
import { bindingWords, objectWords, option, singletonWords, type Words } from './words.ts';

const PLAIN = /^[A-Za-z0-9_.:/@%+=,*;<>[\]{}-]+$/;
/** Matches what the command line takes for something else: an option, or its quotation `q/…/`. */
const SPECIAL = /^(?:-|q[^A-Za-z0-9_])/;

/** Returns a word of the command line, in quotation marks when it would not read back as one word. */
export function quote(value: StoredValue): string {
  if (typeof value === 'boolean') return value ? 'YES' : 'NO';
  const text = Array.isArray(value) ? value.join(' ') : String(value);
  if (PLAIN.test(text) && !SPECIAL.test(text)) return text;
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `"${escaped}"`;
}

function line(verb: string, words: Words, row: StoredRow, leaveOut: readonly string[]): string {
  const parts = [verb, words.noun];
  const given = new Set(words.positional);
  const values = words.positional.map((attribute) => row[attribute]);
  while (values.at(-1) === undefined && values.length > 0) values.pop();
  for (const value of values) parts.push(quote(value ?? ''));
  for (const attribute of Object.keys(row).sort()) {
    if (given.has(attribute) || attribute.startsWith('$') || leaveOut.includes(attribute)) continue;
    const value = row[attribute]!;
    if (value === false) continue;
    parts.push(option(attribute));
    if (value !== true)
      parts.push(...(Array.isArray(value) ? value.map((item) => quote(String(item))) : [quote(value)]));
  }
  return parts.join(' ');
}

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function objectLine(kind: string, words: Words, row: StoredRow): string {
  const encrypted = kind === 'systemuser' ? ' -encrypted' : '';
  const leaveOut = [
    'linkcertkeyname',
    ...(kind === 'service' ? ['ip'] : []),
    ...(row.state === 'ENABLED' ? ['state'] : []),
  ];
  return `${line('add', words, kind === 'nsacl' ? aclToWords(row) : row, leaveOut)}${encrypted}`;
}

function* objectLines(store: Store): Iterable<string> {
  for (const [kind, words] of Object.entries(objectWords)) {
    const key = words.positional[0]!;
    const rows = [...store.objects(kind)].sort((a, b) => byName(String(a[key]), String(b[key])));
    for (const row of rows) {
      const self = kind === 'hanode' && row.id === 0;
      if (!self && !isBuiltIn(kind, String(row[key]))) yield objectLine(kind, words, row);
    }
  }
  for (const row of store.objects('sslcertkey')) {
    if (row.linkcertkeyname !== undefined)
      yield `link ssl certKey ${quote(row.certkey!)} ${quote(row.linkcertkeyname)}`;
  }
}

function* singletonLines(store: Store): Iterable<string> {
  const { ipaddress: _, ...self } = store.object('hanode', '0') ?? {};
  if (Object.keys(self).length > 1) yield line('set', { noun: 'HA node', positional: ['id'] }, self, []);
  for (const [kind, noun] of Object.entries(singletonWords)) {
    const key = [schemas.get(kind)!.key].filter((name) => name !== '');
    const rows = [...store.objects(kind)].sort((a, b) => byName(String(a[key[0]!]), String(b[key[0]!])));
    for (const row of rows) {
      if (Object.keys(row).length > key.length) yield line('set', { noun, positional: key }, row, []);
    }
  }
}

/** Sorts by parent, then priority, then the rest: the lines show the order of a policy bank. */
function bindingOrder(words: Words, row: StoredRow): string {
  const rest = words.positional.slice(1).map((attribute) => String(row[attribute] ?? ''));
  const priority = String(row.priority ?? '').padStart(10, '0');
  return [String(row[words.positional[0]!]), priority, ...rest, JSON.stringify(row)].join('\u0000');
}

function* bindingLines(store: Store): Iterable<string> {
  for (const [kind, words] of Object.entries(bindingWords)) {
    const rows = [...store.allBindings(kind)].map((row) => ({ row, order: bindingOrder(words, row) }));
    rows.sort((a, b) => byName(a.order, b.order));
    for (const { row } of rows) {
      const leaveOut = ['ip', ...(row.state === 'ENABLED' ? ['state'] : [])];
      yield line('bind', words, row, kind === 'servicegroup_servicegroupmember_binding' ? leaveOut : []);
    }
  }
}

function* partitionLines(store: Store): Iterable<string> {
  yield* objectLines(store);
  yield* singletonLines(store);
  yield* bindingLines(store);
  if ([...store.objects('nsacl')].some((row) => row.$applied !== undefined)) yield 'apply ns acls';
}

/** Returns the line after which exactly these are on; a file without such a line leaves on what is on initially. */
function switchedOn(what: 'feature' | 'mode', names: readonly string[], initial: readonly string[]): string {
  const [verb, listed] = names.length === 0 ? (['disable', initial] as const) : (['enable', names] as const);
  return `${verb} ns ${what} ${[...listed].sort().map(quote).join(' ')}`;
}

/** Returns the whole configuration as sorted commands, so that two texts differ where the configurations do. */
export function runningConfig(configuration: Configuration, version: string): string {
  const [release, build] = version.split('-');
  const { root } = configuration;
  const features = (root.object('nsfeature', '')?.feature ?? []) as string[];
  const modes = (root.object('nsmode', '')?.mode ?? []) as string[];
  const lines = [`#NS${release} Build ${build}`];
  lines.push(switchedOn('feature', features, INITIAL_FEATURES), switchedOn('mode', modes, INITIAL_MODES));
  for (const row of root.objects('nspartition'))
    lines.push(line('add', { noun: 'ns partition', positional: ['partitionname'] }, row, []));
  const partitions: string[][] = [];
  for (const { partitionname } of root.objects('nspartition')) {
    const name = String(partitionname);
    partitions.push([`switch ns partition ${quote(name)}`, ...partitionLines(configuration.partition(name))]);
  }
  return `${[...lines, ...partitionLines(root), ...partitions.flat()].join('\n')}\n`;
}
