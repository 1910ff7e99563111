import { ApplianceError } from '../errors.ts';
import type { AttributeSchema, ResourceSchema } from '../schema/resource.ts';
import type { StoredRow, StoredValue } from '../store/store.ts';
import { bounds, maxBytes } from './limits.ts';

type CommandVerb = 'add' | 'update' | 'unset' | 'delete' | 'get' | 'action';

/** Other names that clients use for an attribute. */
const aliases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  service: { ipaddress: 'ip' },
  lbvserver_servicegroup_binding: { servicename: 'servicegroupname' },
  sslvserver_sslcertkey_binding: { certkey: 'certkeyname' },
  servicegroup_lbmonitor_binding: { monitorname: 'monitor_name' },
};

const TRUE = /^(true|yes|on|1)$/i;
const FALSE = /^(false|no|off|0)$/i;

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new ApplianceError(1234);
}

function integer(kind: string, attribute: AttributeSchema, value: unknown): number {
  const given = text(value);
  if (attribute.name === 'port' && given === '*') return 65_535;
  if (!/^-?\d{1,15}(\.0+)?$/.test(given)) throw new ApplianceError(1097, given);
  const number = Number(given);
  const range = bounds(kind, attribute.name);
  if (range !== undefined && number < range[0]) throw new ApplianceError(1109, `${attribute.name}, ${range[0]}`);
  if (range !== undefined && number > range[1]) throw new ApplianceError(1108, `${attribute.name}, ${range[1]}`);
  return number;
}

function choice(attribute: AttributeSchema, given: string): string {
  const found = attribute.choices?.find((one) => one.toLowerCase() === given.toLowerCase());
  if (found === undefined) throw new ApplianceError(1097, given);
  return found;
}

function boolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  const given = text(value);
  if (TRUE.test(given)) return true;
  if (FALSE.test(given)) return false;
  throw new ApplianceError(1097, given);
}

function list(attribute: AttributeSchema, value: unknown): unknown[] {
  const items = Array.isArray(value) ? value : text(value).split(/[\s,]+/);
  if (attribute.choices === undefined) return items;
  return items.map((item) => choice(attribute, text(item)));
}

/** Returns a value in the appliance's own form: numbers from digits, choices in their own letters. */
function normaliseValue(kind: string, attribute: AttributeSchema, value: unknown): StoredValue {
  switch (attribute.type) {
    case 'int':
      return integer(kind, attribute, value);
    case 'bool':
      return boolean(value);
    case 'list':
      return list(attribute, value);
    case 'str': {
      const given = text(value);
      if (attribute.choices !== undefined) return choice(attribute, given);
      const limit = maxBytes(attribute.name);
      if (Buffer.byteLength(given) > limit) throw new ApplianceError(1106, `${attribute.name}, ${limit}`);
      return given;
    }
  }
}

function isAllowed(attribute: AttributeSchema, schema: ResourceSchema, operation: CommandVerb): boolean {
  if (operation === 'action' || operation === 'get' || operation === 'delete') return true;
  if (attribute.name === schema.key) return true;
  if (operation === 'add') return attribute.add;
  if (operation === 'update') return attribute.update || (schema.kind === 'lbmonitor' && attribute.name === 'type');
  return attribute.unset || attribute.update || (schema.kind === 'lbmonitor' && attribute.name === 'type');
}

/** Returns the attribute that a client means: itself, or the one that an alias stands for. */
function meant(schema: ResourceSchema, name: string, operation: CommandVerb): AttributeSchema | undefined {
  const own = schema.attributes.get(name);
  const taken = own !== undefined && !schema.kind.endsWith('_binding') && isAllowed(own, schema, operation);
  const attribute = taken ? own : schema.attributes.get(aliases[schema.kind]?.[name] ?? name);
  return attribute !== undefined && isAllowed(attribute, schema, operation) ? attribute : undefined;
}

/**
 * Checks the attributes of a request body against the schema, in their order. Names may be in any case; unknown
 * attributes and ones that the operation does not take are refused with 278; `null` is left out.
 */
export function normalise(schema: ResourceSchema, body: unknown, operation: CommandVerb): StoredRow {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new ApplianceError(1234);
  const row: Record<string, StoredValue> = {};
  for (const [given, value] of Object.entries(body)) {
    if (value === null || value === undefined) continue;
    const attribute = meant(schema, given.toLowerCase(), operation);
    if (attribute === undefined) throw new ApplianceError(278, given);
    const { name } = attribute;
    if (row[name] !== undefined && name !== given.toLowerCase()) continue;
    const names = name === schema.key || (schema.kind === 'lbmonitor' && name === 'type');
    row[name] = operation === 'unset' && !names ? boolean(value) : normaliseValue(schema.kind, attribute, value);
  }
  return row;
}
