/** Lists every operation that the engine may send to an appliance, and the command policies that allow them. */

export type PermittedOperation =
  | 'read'
  | 'statistics'
  | 'add'
  | 'set'
  | 'unset'
  | 'remove'
  | 'enable'
  | 'disable'
  | 'save'
  | 'switch';

interface Permitted {
  /** The command's noun; several where documents and appliances differ. A space stands for any or none. */
  readonly nouns: readonly string[];
  readonly operations: readonly PermittedOperation[];
  /** Written only where the name begins with the system's id. Other objects are only read. */
  readonly ours?: true;
}

const ours = (noun: string, ...operations: PermittedOperation[]): Permitted => ({
  nouns: [noun],
  operations: ['read', ...operations],
  ours: true,
});
const object = (noun: string): Permitted => ours(noun, 'add', 'set', 'unset', 'remove');
const binding = (noun: string): Permitted => ours(noun, 'add', 'remove');
const read = (...nouns: string[]): Permitted => ({ nouns, operations: ['read'] });

/** Maps resource types to operations. `batchapi`, `macroapi`, log in and log out need no permission of their own. */
export const PERMITTED: Readonly<Record<string, Permitted>> = {
  policystringmap: object('policy stringmap'),
  policystringmap_pattern_binding: binding('policy stringmap'),
  policydataset: ours('policy dataset', 'add', 'remove'),
  policydataset_value_binding: binding('policy dataset'),
  nstcpprofile: object('ns tcpProfile'),
  // Documents of the vendor name the command both ways.
  netprofile: { nouns: ['netProfile', 'ns netProfile'], operations: object('').operations, ours: true },
  systemfile: { nouns: ['system file'], operations: ['add', 'remove'], ours: true },
  sslcertkey: ours('ssl certKey', 'add', 'remove'),
  csvserver: ours('cs vserver', 'statistics', 'add', 'set', 'unset', 'remove', 'enable'),
  csvserver_responderpolicy_binding: binding('cs vserver'),
  csvserver_cspolicy_binding: binding('cs vserver'),
  csaction: object('cs action'),
  cspolicy: object('cs policy'),
  sslvserver_sslcertkey_binding: binding('ssl vserver'),
  sslvserver_sslpolicy_binding: binding('ssl vserver'),
  sslpolicy: object('ssl policy'),
  sslaction: ours('ssl action', 'add', 'remove'),
  lbvserver: ours('lb vserver', 'statistics', 'add', 'set', 'unset', 'remove', 'enable'),
  lbvserver_servicegroup_binding: binding('lb vserver'),
  servicegroup: ours('serviceGroup', 'add', 'set', 'unset', 'remove', 'enable', 'disable'),
  servicegroup_servicegroupmember_binding: binding('serviceGroup'),
  servicegroup_lbmonitor_binding: binding('serviceGroup'),
  // The command by which the appliance authorises a member list is undocumented (V).
  servicegroup_servicegroupmemberlist_binding: {
    nouns: ['serviceGroup', 'servicegroup_servicegroupmemberlist_binding'],
    operations: ['set'],
    ours: true,
  },
  lbmonitor: object('lb monitor'),
  responderaction: object('responder action'),
  responderpolicy: object('responder policy'),
  nsconfig: { nouns: ['ns config'], operations: ['read', 'save'] },
  nspartition: { nouns: ['ns partition'], operations: ['switch'] },
  nsversion: read('ns version'),
  nsfeature: read('ns feature'),
  // Read by `nspass doctor` alone.
  nslicense: read('ns license'),
  hanode: read('HA node'),
};

/** Verbs of the command line, for objects and for bindings. */
const VERBS: Readonly<Record<PermittedOperation, { object: string; binding: string }>> = {
  read: { object: 'show', binding: 'show' },
  statistics: { object: 'stat', binding: 'stat' },
  add: { object: 'add', binding: 'bind' },
  set: { object: 'set', binding: 'set' },
  unset: { object: 'unset', binding: 'unset' },
  remove: { object: 'rm', binding: 'unbind' },
  enable: { object: 'enable', binding: 'enable' },
  disable: { object: 'disable', binding: 'disable' },
  save: { object: 'save', binding: 'save' },
  switch: { object: 'switch', binding: 'switch' },
};

/** A command that a call of the engine stands for. */
interface EngineCommand {
  readonly type: string;
  readonly operation: PermittedOperation;
  /** Verb and noun: `add lb vserver`. */
  readonly command: string;
  /** Whether the name of one of our objects follows. */
  readonly named: boolean;
}

/** Returns whether an operation leaves the appliance as it is. */
export const onlyReads = (operation: PermittedOperation): boolean => operation === 'read' || operation === 'statistics';

const isBinding = (type: string): boolean => type.endsWith('_binding');

const verbOf = (type: string, operation: PermittedOperation): string =>
  VERBS[operation][isBinding(type) ? 'binding' : 'object'];

/** Returns every command of the engine, in the order of the table. A call with several nouns has one command for each. */
export function engineCommands(): EngineCommand[] {
  return Object.entries(PERMITTED).flatMap(([type, { nouns, operations, ours: own }]) =>
    operations.flatMap((operation) =>
      nouns.map((noun) => ({
        type,
        operation,
        command: `${verbOf(type, operation)} ${noun}`,
        named: own === true && !onlyReads(operation),
      })),
    ),
  );
}

/** A command policy of the appliance, to be bound to our user in the order of the list. */
interface CommandPolicy {
  readonly name: string;
  readonly meaning: string;
  /** Regular expression over the command line that a NITRO call stands for. */
  readonly spec: string;
}

/** Returns alternatives of a pattern; verbs with the same nouns share one: `(add|rm) (lb vserver|…)`. */
function alternatives(commands: readonly EngineCommand[]): string {
  const found = new Map<string, Set<string>>();
  for (const { command } of commands) {
    const [verb = '', ...noun] = command.split(' ');
    found.set(verb, (found.get(verb) ?? new Set()).add(noun.join(' ')));
  }
  const byNouns = new Map<string, string[]>();
  for (const [verb, nouns] of found) {
    // Appliances write some nouns with and some without a space.
    const text = [...nouns]
      .map((noun) => noun.replace(/^(ns|system) (?=[a-z]+$)/, '$1 ?'))
      .sort()
      .join('|');
    byNouns.set(text, [...(byNouns.get(text) ?? []), verb]);
  }
  const oneOf = (text: string): string => (text.includes('|') ? `(${text})` : text);
  return [...byNouns].map(([nouns, verbs]) => `${oneOf(verbs.join('|'))} ${oneOf(nouns)}`).join('|');
}

/**
 * Returns the command policies of our user, derived from {@link PERMITTED}: it reads what the engine compares, and writes
 * only objects whose names begin with the system's id.
 *
 * @param systemId of `appliances.yml`.
 * @param partition whether the user works in an admin partition, and so must switch to it.
 * @throws {RangeError} for a system id that is not a letter, then letters and digits.
 */
export function commandPolicies(systemId: string, partition = false): CommandPolicy[] {
  if (!/^[a-z][a-z0-9]*$/.test(systemId))
    throw new RangeError(`"${systemId}" is not a system id: expected a letter, then letters and digits`);
  const name = ` "?${systemId}[-_]`;
  const commands = engineCommands();
  const reads = commands.filter(({ operation }) => onlyReads(operation));
  const writes = commands.filter(({ named, type }) => named && type !== 'systemfile');
  const system = commands.filter(({ operation }) => operation === 'save' || (partition && operation === 'switch'));
  const files = commands.filter(({ type }) => type === 'systemfile');
  return [
    {
      name: `${systemId}-read`,
      meaning: 'reads what it compares and counts, which member of a pair is primary, and the licence',
      spec: `^(${alternatives(reads)})( |$)`,
    },
    {
      name: `${systemId}-objects`,
      meaning: 'makes, changes, enables and removes objects whose name is ours',
      spec: `^(${alternatives(writes.filter(({ type }) => !isBinding(type)))})${name}`,
    },
    {
      name: `${systemId}-bindings`,
      meaning: 'binds and unbinds what is bound to them',
      // The appliance may compare a binding without its names, which is undocumented (V).
      spec: `^(${alternatives(writes.filter(({ type }) => isBinding(type)))})(${name}.*)?$`,
    },
    {
      name: `${systemId}-system`,
      meaning: 'saves the configuration, and uploads the placeholder certificate',
      spec: `^((${alternatives(system)})( |$)|${alternatives(files)}${name})`,
    },
  ];
}
