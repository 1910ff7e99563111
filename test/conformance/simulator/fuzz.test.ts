import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schemas } from '../../../lib/simulator/schema/schema.ts';
import { type Bench, bench } from './client.ts';

/** Any request gets an answer of the appliance: an envelope with a code of its list, never a crash. */
let world: Bench;
beforeAll(async () => {
  world = await bench();
});
afterAll(() => world.stop());

const kinds = [...schemas.keys(), 'macroapi', 'batchapi', 'nosuch', ''].filter(
  (kind) => !['reboot', 'logout', 'login'].includes(kind),
);
const attributes = [...new Set([...schemas.values()].flatMap((one) => [...one.attributes.keys()]))];
const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    'x',
    '192.0.2.1',
    'HTTP',
    'TCP',
    'SSL',
    'true',
    'ENABLED',
    '*',
    '',
    null,
    true,
    0,
    443,
    -1,
    1e20,
    [],
    {},
    [null],
    [{ ip: '10.0.0.1', port: 1 }],
  ),
  fc.string(),
  fc.jsonValue(),
);
const object = fc.dictionary(fc.oneof(fc.constantFrom(...attributes), fc.string({ maxLength: 5 })), value, {
  maxKeys: 6,
});
const body = fc.tuple(fc.constantFrom(...kinds), fc.oneof(object, fc.array(object, { maxLength: 3 }), fc.jsonValue()));
const action = fc.constantFrom(
  '',
  '?action=enable',
  '?action=unset',
  '?action=rename',
  '?action=update',
  '?action=link',
  '?action=remove',
  '?action=GET',
  '?idempotent=yes',
  '?warning=yes',
);
const query = fc.oneof(
  fc.constant(''),
  fc.string().map((text) => `?filter=${encodeURIComponent(text)}`),
  fc.string().map((text) => `?args=${text.replace(/[#\s]/g, '')}`),
  fc.string().map((text) => `?attrs=${encodeURIComponent(text)}`),
  fc.constantFrom(
    '?pagesize=0',
    '?pagesize=x&pageno=-1',
    '?count=yes',
    '?view=summary',
    '?bulkbindings=yes',
    '?filter=name:/(/',
    '?attrs=%',
  ),
);

function check(status: number, envelope: Record<string, unknown>): void {
  expect(status).not.toBe(500);
  expect(envelope).toMatchObject({
    errorcode: expect.any(Number),
    message: expect.any(String),
    severity: expect.stringMatching(/^(NONE|WARNING|ERROR)$/),
  });
  expect(envelope.errorcode === 0).toBe(status < 300 && status !== 207 && status !== 209);
}

describe('anything', () => {
  it('property: bodies of every kind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('POST', 'PUT'),
        fc.constantFrom(...kinds),
        action,
        body,
        fc.boolean(),
        async (method, kind, what, [inside, content], own) => {
          const sent = JSON.stringify({ [own ? kind : inside]: content });
          const reply = await world.nitro.raw(method, `config/${kind}${what}`, sent);
          check(reply.status, reply.body);
        },
      ),
      { numRuns: 800 },
    );
  });

  it('property: reads and deletes with any name and query', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'DELETE'),
        fc.constantFrom('config', 'stat'),
        fc.constantFrom(...kinds),
        fc.string(),
        query,
        async (method, area, kind, name, rest) => {
          const path = `${area}/${kind}${name === '' ? '' : `/${encodeURIComponent(name)}`}${rest}`;
          const reply = await world.nitro.raw(method, path);
          check(reply.status, reply.body);
        },
      ),
      { numRuns: 800 },
    );
  });

  it('afterwards it answers, and its configuration loads', async () => {
    expect((await world.nitro.get('nsversion')).status).toBe(200);
    const text = world.simulator.runningConfig();
    const again = await bench({ config: text });
    expect(again.simulator.runningConfig()).toBe(text);
    await again.stop();
  });
});
