import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expressions, references } from '../../../lib/simulator/schema/references.ts';
import type { AttributeSchema } from '../../../lib/simulator/schema/resource.ts';
import { schemas } from '../../../lib/simulator/schema/schema.ts';
import { type Bench, bench, type Nitro } from './client.ts';
import { fixtures } from './fixtures.ts';

/**
 * The life of every resource, generated from the vendor's schema: what it says about operations and attributes must hold
 * over the wire. Sources: the vendor's NITRO reference (operations, attributes), its usage guide (statuses, envelope),
 * its acceptance tests (278 for what cannot be changed).
 */
let world: Bench;
let nitro: Nitro;
beforeEach(async () => {
  world = await bench();
  nitro = world.nitro;
});
afterEach(() => world.stop());

const kinds = [...schemas.values()].filter((one) => one.operations.has('add') && fixtures[one.kind] !== undefined);

async function make(kind: string, extra: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const { body, prepare } = fixtures[kind]!;
  await prepare?.(nitro);
  const whole = { ...body, ...extra };
  await nitro.need(kind, whole);
  return whole;
}

const nameOf = (kind: string): string => String(fixtures[kind]!.body[schemas.get(kind)!.key]);

function deletePath(kind: string): string {
  const args = kind === 'lbmonitor' ? '?args=type:TCP' : '';
  return `${kind}/${encodeURIComponent(encodeURIComponent(nameOf(kind)))}${args}`;
}

const SAMPLES: Readonly<Record<string, unknown>> = {
  ipv46: '192.0.2.99',
  ip: '198.51.100.77',
  ipaddress: '198.51.100.77',
  netmask: '255.255.255.0',
  responsestatuscode: 308,
};

/** A value that the schema allows, other than a name of something else. */
function sample(kind: string, attribute: AttributeSchema): unknown {
  if (references[kind]?.[attribute.name] !== undefined || expressions[kind]?.[attribute.name] !== undefined)
    return undefined;
  if (attribute.choices !== undefined) return attribute.type === 'list' ? [attribute.choices[0]] : attribute.choices[0];
  const known = SAMPLES[attribute.name];
  if (known !== undefined) return known;
  if (attribute.type === 'int') return 20;
  if (attribute.type === 'bool') return true;
  return attribute.type === 'list' ? ['1'] : 'abc';
}

/**
 * Attributes that an update of the object does not simply set. They belong to a member or a bound service and need its
 * name, or have rules of their own: `autoscale` (257), a netmask, which is always set, what an ACL compares (three
 * attributes at once), and its priority, which has a default.
 */
const WITH_RULES: Readonly<Record<string, readonly string[]>> = {
  servicegroup: [
    'autoscale',
    'servername',
    'port',
    'weight',
    'customserverid',
    'serverid',
    'hashid',
    'order',
    'nameserver',
    'dbsttl',
    'dup_weight',
    'monitor_name_svc',
  ],
  lbvserver: ['servicename', 'weight', 'order'],
  nsacl: [
    'priority',
    ...['srcip', 'srcport', 'destip', 'destport'].flatMap((name) => [name, `${name}op`, `${name}val`]),
  ],
  nsip: ['netmask'],
  server: ['domainresolvenow'],
};
/** Attributes that are accepted and never shown. */
const SECRET = new Set(['password', 'secondarypassword', 'radkey', 'passplain']);

describe.each(kinds.map(({ kind }) => kind))('%s', (kind) => {
  const one = schemas.get(kind)!;
  const key = one.key;

  it('NITRO reference, add: 201, a second time 409 and 273, by name an array of one, in the list', async () => {
    const body = await make(kind);
    expect(await nitro.add(kind, body)).toMatchObject({ status: 409, body: { errorcode: 273, severity: 'ERROR' } });
    expect(await nitro.rows(`${kind}/${nameOf(kind)}`)).toMatchObject([{ [key]: nameOf(kind) }]);
    expect((await nitro.rows(kind)).map((row) => row[key])).toContain(nameOf(kind));
    expect(await nitro.rows(`${kind}?filter=${key}:${nameOf(kind)}`)).toHaveLength(1);
  });

  it('NITRO usage, count: one more than before', async () => {
    const before = Number((await nitro.rows(`${kind}?count=yes`))[0]?.__count);
    await make(kind);
    expect((await nitro.rows(`${kind}?count=yes`))[0]?.__count).toBe(before + 1);
  });

  it('NITRO reference, delete: 200, then 404', async () => {
    await make(kind);
    expect(await nitro.delete(deletePath(kind))).toMatchObject({
      status: 200,
      body: { errorcode: 0, message: 'Done' },
    });
    expect(await nitro.delete(deletePath(kind))).toMatchObject({ status: 404 });
    expect(await nitro.get(`${kind}/${nameOf(kind)}`)).toMatchObject({ status: 404, body: { severity: 'ERROR' } });
  });

  it('protocol sheet, unknown attribute: 599 and 278, nothing is created', async () => {
    const { body, prepare } = fixtures[kind]!;
    await prepare?.(nitro);
    const reply = await nitro.add(kind, { ...body, nosuchattribute: 1 });
    expect(reply).toMatchObject({ status: 599, reason: 'Netscaler specific error', body: { errorcode: 278 } });
    expect(reply.body.message).toBe('Invalid argument [nosuchattribute]');
    expect(await nitro.get(`${kind}/${nameOf(kind)}`)).toMatchObject({ status: 404 });
  });

  it('NITRO reference, the key is required: 1095', async () => {
    const { [key]: _, ...rest } = fixtures[kind]!.body as Record<string, unknown>;
    await fixtures[kind]!.prepare?.(nitro);
    expect(await nitro.add(kind, rest)).toMatchObject({ status: 400, body: { errorcode: 1095 } });
  });

  const immutable = [...one.attributes.values()].filter(
    (attribute) => attribute.add && !attribute.update && attribute.name !== key,
  );
  const changeable = one.operations.has('update') && kind !== 'systemuser';
  const cases = immutable.filter(
    (attribute) => sample(kind, attribute) !== undefined && !(kind === 'lbmonitor' && attribute.name === 'type'),
  );
  if (changeable && cases.length > 0) {
    it.each(cases.map(({ name }) => name))(
      'vendor acceptance tests, PUT of %s, which cannot be changed: 278',
      async (name) => {
        await make(kind);
        const type = kind === 'lbmonitor' ? { type: 'TCP' } : {};
        const reply = await nitro.set(kind, {
          [key]: nameOf(kind),
          ...type,
          [name]: sample(kind, one.attributes.get(name)!),
        });
        expect(reply.body).toMatchObject({ errorcode: 278, message: `Invalid argument [${name}]` });
      },
    );
  }

  if (one.attributes.get('comment')?.unset === true) {
    it('NITRO usage, update and unset of the comment; a second unset succeeds', async () => {
      await make(kind);
      expect(await nitro.set(kind, { [key]: nameOf(kind), comment: 'words, "quoted"' })).toMatchObject({ status: 200 });
      expect(await nitro.rows(`${kind}/${nameOf(kind)}`)).toMatchObject([{ comment: 'words, "quoted"' }]);
      for (const value of [true, 'true']) {
        expect(await nitro.act(kind, 'unset', { [key]: nameOf(kind), comment: value })).toMatchObject({ status: 200 });
        expect((await nitro.rows(`${kind}/${nameOf(kind)}`))[0]).not.toHaveProperty('comment');
      }
    });

    it('API reference, comment: 255 bytes and no more (1106)', async () => {
      await make(kind, { comment: 'c'.repeat(255) });
      const reply = await nitro.set(kind, { [key]: nameOf(kind), comment: 'ü'.repeat(128) });
      expect(reply).toMatchObject({ status: 400, body: { errorcode: 1106 } });
    });
  }

  const updatable = [...one.attributes.values()].filter(
    (attribute) =>
      attribute.update &&
      attribute.name !== key &&
      WITH_RULES[kind]?.includes(attribute.name) !== true &&
      sample(kind, attribute) !== undefined,
  );
  if (changeable && updatable.length > 0) {
    it('NITRO reference, update and unset of each attribute: shown as set, then as if it never was', async () => {
      await make(kind);
      const type = kind === 'lbmonitor' ? { type: 'TCP' } : {};
      const row = async (): Promise<Record<string, unknown>> => (await nitro.rows(`${kind}/${nameOf(kind)}`))[0] ?? {};
      const fresh = await row();
      const wrong: unknown[] = [];
      for (const attribute of updatable.filter(({ name }) => !(kind === 'lbmonitor' && name === 'type'))) {
        const { name } = attribute;
        const value = sample(kind, attribute);
        const body = { [key]: nameOf(kind), ...type };
        const set = await nitro.set(kind, { ...body, [name]: value });
        const is = (await row())[name];
        if (set.status !== 200 || (!SECRET.has(name) && String(is) !== String(value)))
          wrong.push([name, value, is, set.body]);
        if (!attribute.unset) continue;
        const unset = await nitro.act(kind, 'unset', { ...body, [name]: true });
        const was = (await row())[name];
        if (unset.status !== 200 || String(was) !== String(fresh[name])) wrong.push([name, 'unset', was, unset.body]);
      }
      expect(wrong).toEqual([]);
    });
  }

  if (one.operations.has('update')) {
    it('NITRO usage, idempotent=yes: 201 the first time, 200 the second, and nothing changes', async () => {
      const { body, prepare } = fixtures[kind]!;
      await prepare?.(nitro);
      expect(await nitro.add(kind, body, '?idempotent=yes')).toMatchObject({ status: 201 });
      const text = world.simulator.runningConfig();
      const again = kind === 'systemuser' ? 409 : 200;
      expect(await nitro.add(kind, body, '?idempotent=yes')).toMatchObject({ status: again });
      expect(world.simulator.runningConfig()).toBe(text);
    });
  }

  if (one.operations.has('rename')) {
    it('NITRO reference, rename: the new name answers, the old one is gone', async () => {
      await make(kind);
      expect(await nitro.act(kind, 'rename', { [key]: nameOf(kind), newname: 'y' })).toMatchObject({ status: 200 });
      expect(await nitro.rows(`${kind}/y`)).toMatchObject([{ [key]: 'y' }]);
      expect(await nitro.get(`${kind}/${nameOf(kind)}`)).toMatchObject({ status: 404 });
    });
  }

  const settable = [...one.attributes.values()].filter(
    (attribute) =>
      attribute.add &&
      attribute.choices !== undefined &&
      attribute.type === 'str' &&
      fixtures[kind]!.body[attribute.name] === undefined,
  );
  if (settable.length > 0) {
    it.each(settable.map(({ name }) => name))(
      'schema, %s: each choice in any case is shown in its own letters, another is 1097',
      async (name) => {
        const attribute = one.attributes.get(name)!;
        const choice = attribute.choices!.at(-1)!;
        await make(kind, { [name]: choice.toLowerCase() });
        expect((await nitro.rows(`${kind}/${nameOf(kind)}`))[0]?.[name]).toBe(choice);
        const reply = await nitro.add(kind, { ...fixtures[kind]!.body, [key]: 'other', [name]: 'bogus' });
        expect(reply).toMatchObject({
          status: 400,
          body: { errorcode: 1097, message: 'Invalid argument value [bogus]' },
        });
      },
    );
  }

  it('every line of the running configuration loads again', async () => {
    await make(kind);
    const text = world.simulator.runningConfig();
    const again = await bench({ config: text });
    try {
      expect(again.simulator.runningConfig()).toBe(text);
    } finally {
      await again.stop();
    }
  });
});

describe.each(['systemparameter', 'sslparameter', 'lbparameter'])('%s, which exists once', (kind) => {
  const attributes = [...schemas.get(kind)!.attributes.values()].filter(
    (attribute) => attribute.update && sample(kind, attribute) !== undefined,
  );

  it('NITRO reference: an object, each attribute set and unset, kept by the running configuration', async () => {
    const row = async (): Promise<Record<string, unknown>> =>
      (await nitro.get(kind)).body[kind] as Record<string, unknown>;
    const fresh = await row();
    const wrong: unknown[] = [];
    for (const attribute of attributes) {
      const value =
        attribute.choices?.find((choice) => choice !== fresh[attribute.name] && !/^DISABLED$/i.test(choice)) ??
        sample(kind, attribute);
      const set = await nitro.set(kind, { [attribute.name]: value });
      const is = (await row())[attribute.name];
      if (set.status !== 200 || String(is) !== String(value)) wrong.push([attribute.name, value, is, set.body]);
    }
    const text = world.simulator.runningConfig();
    const again = await bench({ config: text });
    if (again.simulator.runningConfig() !== text) wrong.push('the configuration does not load');
    await again.stop();
    for (const { name } of attributes.filter((attribute) => attribute.unset)) {
      const unset = await nitro.act(kind, 'unset', { [name]: true });
      const was = (await row())[name];
      if (unset.status !== 200 || String(was) !== String(fresh[name])) wrong.push([name, 'unset', was, unset.body]);
    }
    expect(wrong).toEqual([]);
    expect(attributes.length).toBeGreaterThan(5);
  });
});
