/** Lists every operation that the engine may send to an appliance: its user needs no other permission. */

export type PermittedOperation = 'read' | 'add' | 'set' | 'unset' | 'remove' | 'enable' | 'disable' | 'save' | 'switch';

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
  nstcpprofile: object('ns tcpProfile'),
  systemfile: ours('system file', 'add', 'remove'),
  sslcertkey: ours('ssl certKey', 'add', 'remove'),
  csvserver: ours('cs vserver', 'add', 'set', 'unset', 'remove', 'enable'),
  csvserver_responderpolicy_binding: binding('cs vserver'),
  sslvserver_sslcertkey_binding: binding('ssl vserver'),
  sslvserver_sslpolicy_binding: binding('ssl vserver'),
  sslpolicy: object('ssl policy'),
  sslaction: ours('ssl action', 'add', 'remove'),
  lbvserver: ours('lb vserver', 'add', 'set', 'unset', 'remove', 'enable'),
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
  hanode: read('HA node'),
};

/** Verbs of the command line, for objects and for bindings. */
const VERBS: Readonly<Record<PermittedOperation, { object: string; binding: string }>> = {
  read: { object: 'show', binding: 'show' },
  add: { object: 'add', binding: 'bind' },
  set: { object: 'set', binding: 'set' },
  unset: { object: 'unset', binding: 'unset' },
  remove: { object: 'rm', binding: 'unbind' },
  enable: { object: 'enable', binding: 'enable' },
  disable: { object: 'disable', binding: 'disable' },
  save: { object: 'save', binding: 'save' },
  switch: { object: 'switch', binding: 'switch' },
};

/** Maps verbs to nouns, in the order of the table. */
function commands(which: (permitted: Permitted, operation: PermittedOperation) => boolean): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [type, permitted] of Object.entries(PERMITTED)) {
    for (const operation of permitted.operations.filter((one) => which(permitted, one))) {
      const verb = VERBS[operation][type.endsWith('_binding') ? 'binding' : 'object'];
      found.set(verb, [...new Set([...(found.get(verb) ?? []), ...permitted.nouns])]);
    }
  }
  return found;
}

/** Returns alternatives of a pattern; verbs with the same nouns share one: `(add|rm) (lb vserver|…)`. */
function alternatives(found: ReadonlyMap<string, readonly string[]>): string[] {
  const byNouns = new Map<string, string[]>();
  for (const [verb, nouns] of found) {
    // Appliances write some nouns with and some without a space.
    const text = nouns.map((noun) => noun.replace(/^(ns|system) /, '$1 ?')).join('|');
    byNouns.set(text, [...(byNouns.get(text) ?? []), verb]);
  }
  return [...byNouns].map(([nouns, verbs]) => `(${verbs.join('|')}) (${nouns})`);
}

/**
 * Returns the regular expression of a command policy that allows what the engine sends and nothing else: reading, and
 * writing objects whose names begin with the system's id.
 *
 * @throws {RangeError} for a system id that is not a letter, then letters and digits.
 */
export function minimalCommandSpec(systemId: string): string {
  if (!/^[a-z][a-z0-9]*$/.test(systemId))
    throw new RangeError(`"${systemId}" is not a system id: expected a letter, then letters and digits`);
  const writes = alternatives(commands(({ ours: own }, operation) => own === true && operation !== 'read'));
  const rest = alternatives(commands(({ ours: own }, operation) => own !== true || operation === 'read'));
  return `^(${writes.map((text) => `${text} ${systemId}[-_].*`).join('|')}|${rest.map((text) => `${text}.*`).join('|')})`;
}
