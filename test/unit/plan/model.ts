import { factsOf, identity, type Resource } from '../../../lib/netscaler/index.ts';
import { batchChanges, type Change, order } from '../../../lib/plan/index.ts';

/**
 * What an appliance makes of a plan, as far as it is documented: rows by identity, nothing made before what it names,
 * nothing removed that is still named, and what is bound to a server or a group goes with it.
 */
export class ModelAppliance {
  readonly rows = new Map<string, Resource>();

  /** Writes a plan call by call, item by item. */
  write(changes: readonly Change[]): void {
    for (const call of batchChanges(order(changes))) for (const change of call.changes) this.#write(change);
  }

  of(...types: Resource['type'][]): Resource[] {
    return [...this.rows.values()].filter(({ type }) => types.includes(type));
  }

  has(type: Resource['type'], ...id: string[]): boolean {
    return this.rows.has([type, ...id].join('\n'));
  }

  /** Removes a row, and what goes with it. */
  drop(resource: Resource): void {
    this.rows.delete(identity(resource));
    for (const [id, row] of this.rows) if (goesWith(row, resource)) this.rows.delete(id);
  }

  #write({ op, resource, refused }: Change): void {
    const id = identity(resource);
    const there = this.rows.get(id);
    const what = `${op} ${id.replaceAll('\n', ' ')}`;
    if (refused !== undefined) throw new Error(`${what}: ${refused}`);
    switch (op) {
      case 'add':
      case 'members':
        if (there !== undefined && factsOf(resource.type).rebinds !== true)
          throw new Error(`${what}: is there already`);
        for (const named of namedBy(resource)) {
          if (!this.rows.has(named))
            throw new Error(`${what}: names ${named.replaceAll('\n', ' ')}, which is not there`);
        }
        this.rows.set(id, resource);
        break;
      case 'set':
        if (there === undefined) throw new Error(`${what}: is not there`);
        this.rows.set(id, { ...there, attributes: { ...there.attributes, ...resource.attributes } });
        break;
      case 'unset':
        if (there === undefined) throw new Error(`${what}: is not there`);
        this.rows.set(id, {
          ...there,
          attributes: Object.fromEntries(
            Object.entries(there.attributes).filter(([name]) => !(name in resource.attributes)),
          ),
        });
        break;
      case 'remove': {
        if (there === undefined) throw new Error(`${what}: is not there`);
        const left = [...this.rows.values()].filter((row) => row !== there && !goesWith(row, there));
        const user = left.find((row) => namedBy(row).includes(id));
        if (user !== undefined) throw new Error(`${what}: ${identity(user).replaceAll('\n', ' ')} still names it`);
        this.drop(there);
      }
    }
  }
}

const rowOf = (type: Resource['type'], ...id: unknown[]): string => [type, ...id].join('\n');

/** Whether a row is a part of another, and so goes with it. */
function goesWith({ type, id }: Resource, parent: Resource): boolean {
  const name = Object.values(parent.id)[0];
  switch (parent.type) {
    case 'csvserver':
      return (
        (type.startsWith('sslvserver_') && id.vservername === name) ||
        (type.startsWith('csvserver_') && id.name === name)
      );
    case 'lbvserver':
      return type === 'lbvserver_servicegroup_binding' && id.name === name;
    case 'servicegroup':
      return (
        (type.startsWith('servicegroup_') || type === 'lbvserver_servicegroup_binding') && id.servicegroupname === name
      );
    case 'policystringmap':
      return type === 'policystringmap_pattern_binding' && id.name === name;
    default:
      return false;
  }
}

/** Identities of the rows that must be there for this one to be. */
function namedBy({ type, id, attributes, role }: Resource): string[] {
  const action = String(attributes.action);
  const maps = [...String(attributes.rule ?? '').matchAll(/(?:IS_STRINGMAP_KEY|MAP_STRING)\("([^"]+)"\)/g)];
  switch (type) {
    case 'policystringmap_pattern_binding':
      return [rowOf('policystringmap', id.name), ...(role === 'claim' ? [] : [])];
    case 'csvserver':
      return attributes.tcpprofilename === undefined ? [] : [rowOf('nstcpprofile', attributes.tcpprofilename)];
    case 'sslvserver_sslcertkey_binding':
      return [rowOf('csvserver', id.vservername), rowOf('sslcertkey', id.certkeyname)];
    case 'sslvserver_sslpolicy_binding':
      return [rowOf('csvserver', id.vservername), rowOf('sslpolicy', id.policyname)];
    case 'csvserver_responderpolicy_binding':
      return [rowOf('csvserver', id.name), rowOf('responderpolicy', id.policyname)];
    case 'sslpolicy':
    case 'responderpolicy':
      return [
        ...maps.map(([, map]) => rowOf('policystringmap', map)),
        ...(action === 'RESET' ? [] : [rowOf(type === 'sslpolicy' ? 'sslaction' : 'responderaction', action)]),
      ];
    case 'sslaction':
      return [rowOf('lbvserver', attributes.forward)];
    case 'lbvserver_servicegroup_binding':
      return [rowOf('lbvserver', id.name), rowOf('servicegroup', id.servicegroupname)];
    case 'servicegroup_servicegroupmemberlist_binding':
      return [rowOf('servicegroup', id.servicegroupname)];
    case 'servicegroup_lbmonitor_binding':
      return [rowOf('servicegroup', id.servicegroupname)];
    default:
      return [];
  }
}
