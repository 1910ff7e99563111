import { isIP } from 'node:net';
import type { Command } from '../command/command.ts';
import { MEMBER } from '../command/servicegroups.ts';
import { schemas } from '../schema/schema.ts';
import type { Store } from '../store/store.ts';
import { aclFromWords } from './acl.ts';
import { splitLine, type Word } from './tokens.ts';
import { bindingWords, objectWords, singletonWords, type Words } from './words.ts';

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
    case 'policy dataset':
      return 'policydataset_value_binding';
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

type ReadCommand = (words: readonly Word[], store: Store) => Command | undefined;

const addCommand: ReadCommand = (words, store) => {
  const found = noun(words, objectNouns);
  if (found === undefined) return undefined;
  const kind = objectNouns.get(found.noun)!;
  const positional = objectWords[kind]?.positional ?? ['partitionname'];
  const body = bodyOf(kind, positional, parseArguments(found.rest));
  if (kind === 'nsacl') return { operation: 'add', kind, body: aclFromWords(body) };
  return { operation: 'add', kind, body: kind === 'service' ? byAddress(body, store) : body };
};

const setCommand: ReadCommand = (words) => {
  const single = noun(words, singletonNouns);
  const found = single ?? noun(words, objectNouns);
  if (found === undefined) return undefined;
  const kind = (single === undefined ? objectNouns : singletonNouns).get(found.noun)!;
  const { key } = schemas.get(kind)!;
  return { operation: 'update', kind, body: bodyOf(kind, key === '' ? [] : [key], parseArguments(found.rest)) };
};

const bindCommand: ReadCommand = (words, store) => {
  const found = noun(words, bindingNouns);
  if (found === undefined) return undefined;
  const args = parseArguments(found.rest);
  const kind = bindingKind(found.noun, args, store);
  if (kind === undefined) return undefined;
  const body = bodyOf(kind, bindingWords[kind]!.positional, args);
  return { operation: 'add', kind, body: kind === MEMBER ? byAddress(body, store) : body };
};

const applyCommand: ReadCommand = (words) => {
  const acls = /^ns acls$/i.test(words.map((word) => word.text).join(' '));
  return acls ? { operation: 'apply', kind: 'nsacls', body: {} } : undefined;
};

const linkCommand: ReadCommand = (words) => {
  const [from, to] = words.slice(2);
  return { operation: 'link', kind: 'sslcertkey', body: { certkey: from?.text, linkcertkeyname: to?.text } };
};

const stateCommand =
  (operation: 'enable' | 'disable'): ReadCommand =>
  (words) => {
    const [first, second, ...rest] = words.map((word) => word.text);
    const pair = `${first} ${second}`.toLowerCase();
    if (pair === 'ns feature') return { operation, kind: 'nsfeature', body: { feature: rest } };
    if (pair === 'ns mode') return { operation, kind: 'nsmode', body: { mode: rest } };
    const found = noun(words, objectNouns);
    if (found === undefined) return undefined;
    const kind = objectNouns.get(found.noun)!;
    return { operation, kind, body: { [schemas.get(kind)!.key]: found.rest[0]?.text } };
  };

const verbs: ReadonlyMap<string, ReadCommand> = new Map([
  ['add', addCommand],
  ['set', setCommand],
  ['bind', bindCommand],
  ['apply', applyCommand],
  ['enable', stateCommand('enable')],
  ['disable', stateCommand('disable')],
  ['link', linkCommand],
]);

/** Returns the command of a line; undefined when the simulator does not support the line. */
export function commandOf(line: string, store: Store): Command | undefined {
  const [verb, ...words] = splitLine(line);
  return verbs.get(verb?.text.toLowerCase() ?? '')?.(words, store);
}
