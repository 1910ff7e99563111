import { isIP } from 'node:net';
import type { Command } from '../command/command.ts';
import type { Context } from '../command/context.ts';
import { run } from '../command/run.ts';
import { MEMBER } from '../command/servicegroups.ts';
import { ApplianceError, type Warning } from '../errors.ts';
import { schemas } from '../schema/schema.ts';
import type { Store } from '../store/store.ts';
import { aclFromWords } from './acl.ts';
import { type Configuration, DEFAULT_PARTITION } from './configuration.ts';
import { splitLine, type Word } from './tokens.ts';
import { bindingWords, objectWords, singletonWords, type Words } from './words.ts';

/** A configuration to load lines into, with the context of their commands. */
interface LoadTarget {
  readonly configuration: Configuration;
  /** @param loading whether files that lines name may be missing */
  context(partition: string, warnings: Warning[], loading: boolean): Context;
}

/** A line that was not loaded. */
export interface LineProblem {
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}

const nouns = (words: Readonly<Record<string, Words>>): Map<string, string> =>
  new Map(Object.entries(words).map(([kind, { noun }]) => [noun.toLowerCase(), kind]));

const objectNouns = nouns({ ...objectWords, nspartition: { noun: 'ns partition', positional: ['partitionname'] } });
const singletonNouns = new Map(Object.entries(singletonWords).map(([kind, noun]) => [noun.toLowerCase(), kind]));
const bindingNouns = new Set(Object.values(bindingWords).map(({ noun }) => noun.toLowerCase()));

/** Returns the longest noun at the start of the words. */
function noun(
  words: readonly Word[],
  known: { has(noun: string): boolean },
): { noun: string; rest: readonly Word[] } | undefined {
  for (const length of [3, 2, 1]) {
    const text = words
      .slice(0, length)
      .map((word) => word.text.toLowerCase())
      .join(' ');
    if (words.length >= length && known.has(text)) return { noun: text, rest: words.slice(length) };
  }
  return undefined;
}

interface Arguments {
  readonly values: readonly string[];
  /** Maps options in lower case to their values; a flag has none. */
  readonly options: ReadonlyMap<string, readonly string[]>;
}

function parseArguments(words: readonly Word[]): Arguments {
  const values: string[] = [];
  const options = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const { text, quoted } of words) {
    if (!quoted && /^-[A-Za-z]/.test(text)) {
      current = [];
      options.set(text.slice(1).toLowerCase(), current);
    } else if (current === undefined) values.push(text);
    else current.push(text);
  }
  return { values, options };
}

const RENAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  csvserver_responderpolicy_binding: { type: 'bindpoint' },
  lbvserver_responderpolicy_binding: { type: 'bindpoint' },
  servicegroup_lbmonitor_binding: { monitorname: 'monitor_name' },
  service_lbmonitor_binding: { monitorname: 'monitor_name' },
};

function bodyOf(kind: string, attributes: readonly string[], { values, options }: Arguments): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const [index, attribute] of attributes.entries())
    if (values[index] !== undefined) body[attribute] = values[index];
  for (const [option, given] of options) {
    const attribute = RENAMED[kind]?.[option] ?? option;
    if (option === 'encrypted' || option === 'kernelstate') continue;
    const type = schemas.get(kind)?.attributes.get(attribute)?.type;
    body[attribute] = given.length === 0 ? (type === 'bool' ? true : 'YES') : type === 'list' ? given : given.join(' ');
  }
  return body;
}

/** Moves an address from the place of a server name, where `add service` and `bind serviceGroup` accept both. */
function byAddress(body: Record<string, unknown>, store: Store): Record<string, unknown> {
  const { servername, ...rest } = body;
  const isAddress =
    typeof servername === 'string' && isIP(servername) !== 0 && store.object('server', servername) === undefined;
  return isAddress ? { ...rest, ip: servername } : body;
}

/**
 * Returns the binding that a `bind` line means: its option decides, or the object that the word after the parent names.
 */
function bindingKind(noun: string, { values, options }: Arguments, store: Store): string | undefined {
  const policy = options.get('policyname')?.[0];
  const responder = policy !== undefined && store.object('responderpolicy', policy) !== undefined;
  switch (noun) {
    case 'policy stringmap':
      return 'policystringmap_pattern_binding';
    case 'policy patset':
      return 'policypatset_pattern_binding';
    case 'system user':
      return 'systemuser_systemcmdpolicy_binding';
    case 'service':
      return 'service_lbmonitor_binding';
    case 'servicegroup':
      return options.has('monitorname') ? 'servicegroup_lbmonitor_binding' : 'servicegroup_servicegroupmember_binding';
    case 'lb vserver':
      if (policy !== undefined) return 'lbvserver_responderpolicy_binding';
      return store.object('servicegroup', values[1] ?? '') === undefined
        ? 'lbvserver_service_binding'
        : 'lbvserver_servicegroup_binding';
    case 'cs vserver':
      if (options.has('lbvserver')) return 'csvserver_lbvserver_binding';
      return responder ? 'csvserver_responderpolicy_binding' : 'csvserver_cspolicy_binding';
    case 'ssl servicegroup':
      return 'sslservicegroup_sslcertkey_binding';
    case 'ssl vserver':
      if (options.has('ciphername')) return 'sslvserver_sslciphersuite_binding';
      return options.has('certkeyname') ? 'sslvserver_sslcertkey_binding' : 'sslvserver_sslpolicy_binding';
    default:
      return undefined;
  }
}

/** Returns the command of a line; undefined when the simulator does not support the line. */
function commandOf(line: string, store: Store): Command | undefined {
  const [verb, ...words] = splitLine(line);
  switch (verb?.text.toLowerCase()) {
    case 'add': {
      const found = noun(words, objectNouns);
      if (found === undefined) return undefined;
      const kind = objectNouns.get(found.noun)!;
      const positional = objectWords[kind]?.positional ?? ['partitionname'];
      const body = bodyOf(kind, positional, parseArguments(found.rest));
      if (kind === 'nsacl') return { operation: 'add', kind, body: aclFromWords(body) };
      return { operation: 'add', kind, body: kind === 'service' ? byAddress(body, store) : body };
    }
    case 'set': {
      const single = noun(words, singletonNouns);
      const found = single ?? noun(words, objectNouns);
      if (found === undefined) return undefined;
      const kind = (single === undefined ? objectNouns : singletonNouns).get(found.noun)!;
      const { key } = schemas.get(kind)!;
      return { operation: 'update', kind, body: bodyOf(kind, key === '' ? [] : [key], parseArguments(found.rest)) };
    }
    case 'bind': {
      const found = noun(words, bindingNouns);
      if (found === undefined) return undefined;
      const args = parseArguments(found.rest);
      const kind = bindingKind(found.noun, args, store);
      if (kind === undefined) return undefined;
      const body = bodyOf(kind, bindingWords[kind]!.positional, args);
      return { operation: 'add', kind, body: kind === MEMBER ? byAddress(body, store) : body };
    }
    case 'apply':
      if (!/^ns acls$/i.test(words.map((word) => word.text).join(' '))) return undefined;
      return { operation: 'apply', kind: 'nsacls', body: {} };
    case 'enable':
    case 'disable':
      return stateCommand(verb!.text.toLowerCase(), words);
    case 'link': {
      const [from, to] = words.slice(2);
      return { operation: 'link', kind: 'sslcertkey', body: { certkey: from?.text, linkcertkeyname: to?.text } };
    }
    default:
      return undefined;
  }
}

function stateCommand(operation: string, words: readonly Word[]): Command | undefined {
  const [first, second, ...rest] = words.map((word) => word.text);
  const pair = `${first} ${second}`.toLowerCase();
  if (pair === 'ns feature') return { operation, kind: 'nsfeature', body: { feature: rest } };
  if (pair === 'ns mode') return { operation, kind: 'nsmode', body: { mode: rest } };
  const found = noun(words, objectNouns);
  if (found === undefined) return undefined;
  const kind = objectNouns.get(found.noun)!;
  return { operation, kind, body: { [schemas.get(kind)!.key]: found.rest[0]?.text } };
}

interface Pending {
  readonly line: number;
  readonly text: string;
  readonly partition: string;
  reason: string;
}

/** Loads a user whose password was saved as a digest, which must not be digested again. */
function loadUser(command: Command, root: Store): boolean {
  const body = command.body as Record<string, string>;
  if (command.kind !== 'systemuser' || command.operation !== 'add') return false;
  root.put('systemuser', String(body.username), { ...body });
  return true;
}

function attempt(pending: Pending, target: LoadTarget): boolean {
  const context = target.context(pending.partition, [], true);
  const command = commandOf(pending.text, context.store);
  if (command === undefined) {
    pending.reason = 'not supported';
    return false;
  }
  try {
    if (pending.text.endsWith(' -encrypted') && loadUser(command, context.root)) return true;
    run(command, context);
    return true;
  } catch (error) {
    if (!(error instanceof ApplianceError)) throw error;
    pending.reason = error.message;
    return false;
  }
}

/**
 * Loads a configuration from commands; skips `#` lines. Lines may have any order: a line that names something later is
 * tried again.
 *
 * @returns the lines that could not be loaded, with the appliance's reason
 */
export function loadConfig(text: string, target: LoadTarget): LineProblem[] {
  let partition = DEFAULT_PARTITION;
  let waiting: Pending[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const change = /^switch ns partition (\S+)$/i.exec(line);
    if (change !== null) {
      partition = splitLine(change[1]!)[0]!.text;
      continue;
    }
    if (/^enable ns feature /i.test(line)) target.configuration.root.put('nsfeature', '', { feature: [] });
    waiting.push({ line: index + 1, text: line, partition, reason: '' });
  }
  for (;;) {
    const left = waiting.filter((pending) => !attempt(pending, target));
    if (left.length === 0 || left.length === waiting.length) {
      return left.map(({ line, text: command, reason }) => ({ line, text: command, reason }));
    }
    waiting = left;
  }
}
