import { hostPort } from '../contract/index.ts';
import {
  type GroupMember,
  parseMembers,
  type Resource,
  type ResourceType,
  removalArguments,
} from '../netscaler/index.ts';
import type { Change } from './change.ts';
import { commandWord } from './command-word.ts';

/** Noun of each type in the appliance's command language, and its positional attributes. */
const NOUN: Record<ResourceType, { noun: string; positional: readonly string[] }> = {
  policystringmap: { noun: 'policy stringmap', positional: ['name'] },
  policystringmap_pattern_binding: { noun: 'policy stringmap', positional: ['name', 'key', 'value'] },
  policydataset: { noun: 'policy dataset', positional: ['name', 'type'] },
  policydataset_value_binding: { noun: 'policy dataset', positional: ['name', 'value'] },
  nstcpprofile: { noun: 'ns tcpProfile', positional: ['name'] },
  netprofile: { noun: 'netProfile', positional: ['name'] },
  sslcertkey: { noun: 'ssl certKey', positional: ['certkey'] },
  csvserver: { noun: 'cs vserver', positional: ['name', 'servicetype', 'ipv46', 'port'] },
  sslvserver_sslcertkey_binding: { noun: 'ssl vserver', positional: ['vservername'] },
  sslvserver_sslpolicy_binding: { noun: 'ssl vserver', positional: ['vservername'] },
  sslpolicy: { noun: 'ssl policy', positional: ['name'] },
  sslaction: { noun: 'ssl action', positional: ['name'] },
  lbvserver: { noun: 'lb vserver', positional: ['name', 'servicetype'] },
  servicegroup: { noun: 'serviceGroup', positional: ['servicegroupname', 'servicetype'] },
  lbvserver_servicegroup_binding: { noun: 'lb vserver', positional: ['name', 'servicegroupname'] },
  lbmonitor: { noun: 'lb monitor', positional: ['monitorname', 'type'] },
  servicegroup_lbmonitor_binding: { noun: 'serviceGroup', positional: ['servicegroupname'] },
  servicegroup_servicegroupmemberlist_binding: { noun: 'serviceGroup', positional: ['servicegroupname'] },
  responderaction: { noun: 'responder action', positional: ['name', 'type', 'target'] },
  responderpolicy: { noun: 'responder policy', positional: ['name', 'rule', 'action'] },
  csaction: { noun: 'cs action', positional: ['name'] },
  cspolicy: { noun: 'cs policy', positional: ['policyname'] },
  csvserver_cspolicy_binding: { noun: 'cs vserver', positional: ['name'] },
  csvserver_responderpolicy_binding: { noun: 'cs vserver', positional: ['name'] },
};

/** Returns the noun of a type in the appliance's command language: `lb vserver`. */
export const nounOf = (type: ResourceType): string => NOUN[type].noun;

/** Option names that differ from NITRO's attributes by more than case. */
const OPTION: Record<string, string> = {
  bindpoint: 'type',
  certkeyname: 'certkeyName',
  ipv46: 'IPAddress',
  policyname: 'policyName',
  monitor_name: 'monitorName',
};

function command(verb: string, resource: Resource, attributes: Resource['attributes']): string {
  const { noun, positional: all } = NOUN[resource.type];
  const { id } = resource;
  // An update names its attributes: only the identity is positional.
  const positional = verb === 'set' ? all.filter((name) => id[name] !== undefined) : all;
  // Every object of a snapshot has a line in an outcome: the words are joined once.
  const words = [verb, noun];
  for (const name of positional) {
    const value = attributes[name] ?? id[name];
    if (value !== undefined) words.push(commandWord(value));
  }
  for (const name in id) {
    if (!positional.includes(name)) addOption(words, name, attributes[name] ?? id[name]);
  }
  for (const name in attributes) {
    if (id[name] === undefined && !positional.includes(name)) addOption(words, name, attributes[name]);
  }
  return words.join(' ');
}

function addOption(words: string[], name: string, value: string | number | undefined): void {
  if (value !== undefined) words.push(`-${OPTION[name] ?? name}`, commandWord(value));
}

const memberWords = ({ ip, port, weight }: GroupMember): string =>
  `${hostPort(ip, port)}${weight === undefined ? '' : `(weight=${weight})`}`;

/** Renders a change as a line of the appliance's command language, as outcomes carry it. */
export function render({ op, resource }: Change): string {
  const binding = resource.type.endsWith('_binding');
  switch (op) {
    case 'members': {
      const members = parseMembers(String(resource.attributes.members));
      const list = members.map(memberWords).join(' ');
      return `set serviceGroup ${commandWord(String(resource.id.servicegroupname))} members: ${list === '' ? '(none)' : list}`;
    }
    case 'add':
      return command(binding ? 'bind' : 'add', resource, resource.attributes);
    case 'unset':
      return [
        command('unset', { ...resource, attributes: {} }, {}),
        ...Object.keys(resource.attributes).map((name) => `-${OPTION[name] ?? name}`),
      ].join(' ');
    case 'enable':
      return command('enable', { ...resource, attributes: {} }, {});
    case 'set':
      return command('set', resource, resource.attributes);
    case 'remove':
      return command(binding ? 'unbind' : 'rm', resource, removalArguments(resource));
  }
}
