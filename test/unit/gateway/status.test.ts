import { describe, expect, it } from 'vitest';
import { classStatus } from '../../../lib/gateway/class-status.ts';
import { gatewayStatus } from '../../../lib/gateway/gateway-status.ts';
import { rememberedConfirmation } from '../../../lib/gateway/remembered.ts';
import { routeStatus } from '../../../lib/gateway/route-status.ts';
import { GATEWAY_CONTROLLER } from '../../../lib/gateway/settings.ts';
import { gateway, gatewayClass, judged, listener, tlsRoute } from '../../corpus/gateway-case.ts';

const THEN = '2026-01-01T00:00:00Z';
const NOW = '2026-02-01T00:00:00Z';
const CRDS = [{ name: 'tlsroutes', bundleVersion: 'v1.6.3' }];

const judge = (...objects: unknown[]) => judged({ rule: '', name: '', objects, status: [] }).judgement;
const only = <T>(list: readonly T[]): T => {
  expect(list).toHaveLength(1);
  return list[0] as T;
};
const conditionOf = (status: object | undefined, type: string) =>
  (status as { conditions: { type: string }[] } | undefined)?.conditions.find((each) => each.type === type);

describe('GW-13, GW-14: the status of a GatewayClass', () => {
  const ours = () => only(judge().classes);

  it('written once, then unchanged', () => {
    const status = classStatus(ours(), CRDS, undefined, THEN);
    expect(conditionOf(status, 'Accepted')).toMatchObject({
      status: 'True',
      observedGeneration: 1,
      lastTransitionTime: THEN,
    });
    expect(classStatus(ours(), CRDS, status, NOW)).toBeUndefined();
  });

  it('other fields and conditions stay', () => {
    const other = { type: 'example.com/X', status: 'True' };
    const current = { addedLater: 1, conditions: [other] };
    expect(classStatus(ours(), CRDS, current, NOW)).toMatchObject({
      addedLater: 1,
      conditions: [other, { type: 'Accepted' }, { type: 'SupportedVersion' }],
    });
  });

  it('supported features: the list of this version, sorted, whatever was there', () => {
    const features = [{ name: 'HTTPRoute' }];
    const found = classStatus(ours(), CRDS, { supportedFeatures: features }, NOW) as { supportedFeatures: object[] };
    const names = found.supportedFeatures.map((each) => (each as { name: string }).name);
    expect(names).toContain('TLSRoute');
    expect(names).not.toContain('HTTPRoute');
    expect(names).toEqual([...names].sort());
  });

  it('CRDs that may not be read → nothing is said of their version', () => {
    const found = classStatus(ours(), undefined, undefined, NOW);
    expect(conditionOf(found, 'SupportedVersion')).toBeUndefined();
    expect(conditionOf(found, 'Accepted')).toMatchObject({ status: 'True' });
  });

  it.each([
    ['v1.5.0', 'True', 'SupportedVersion'],
    ['v1.6.3', 'True', 'SupportedVersion'],
    ['v1.4.1', 'False', 'UnsupportedVersion'],
    ['v1.7.0', 'False', 'UnsupportedVersion'],
    ['v2.6.0', 'False', 'UnsupportedVersion'],
    ['x', 'False', 'UnsupportedVersion'],
    [undefined, 'False', 'UnsupportedVersion'],
  ])('CRDs of version %s → SupportedVersion %s, and accepted all the same', (bundleVersion, status, reason) => {
    const crds = [...CRDS, { name: 'gateways', ...(bundleVersion === undefined ? {} : { bundleVersion }) }];
    const found = classStatus(ours(), crds, undefined, NOW);
    expect(conditionOf(found, 'SupportedVersion')).toMatchObject({ status, reason });
    expect(conditionOf(found, 'Accepted')).toMatchObject({ status: 'True' });
  });

  it('a status of a newer generation → nothing is written', () => {
    const current = { conditions: [{ type: 'Accepted', status: 'False', observedGeneration: 2 }] };
    expect(classStatus(ours(), CRDS, current, NOW)).toBeUndefined();
  });
});

describe('GW-13, GW-14: the status of a Gateway', () => {
  const none = (): number => 0;
  const confirmed = { addresses: ['192.0.2.10'], listeners: new Set(['tls']) };

  it('written once, then unchanged; a listener that is gone is left out', () => {
    const two = only(judge(gateway([listener(), listener({ name: 'b', port: 8443 })])).gateways);
    const status = gatewayStatus(two, none, confirmed, undefined, THEN);
    expect(status).toMatchObject({ listeners: [{ name: 'tls' }, { name: 'b' }] });
    expect(gatewayStatus(two, none, confirmed, status, NOW)).toBeUndefined();
    const one = only(judge(gateway([listener()])).gateways);
    const after = gatewayStatus(one, none, confirmed, status, NOW) as { listeners: { name: string }[] };
    expect(after.listeners.map(({ name }) => name)).toEqual(['tls']);
    expect(JSON.stringify(after)).not.toContain(NOW);
  });

  it('a new generation alone → observedGeneration everywhere, and no new time', () => {
    const before = gatewayStatus(only(judge(gateway([listener()])).gateways), none, confirmed, undefined, THEN);
    const next = only(judge(gateway([listener()], {}, { generation: 2 })).gateways);
    const text = JSON.stringify(gatewayStatus(next, none, confirmed, before, NOW));
    expect(text).not.toContain('"observedGeneration":1');
    expect(text).not.toContain(NOW);
  });

  it('a listener that the appliance has not confirmed → pending, while the Gateway is programmed', () => {
    const ours = only(judge(gateway([listener()])).gateways);
    const status = gatewayStatus(ours, none, { ...confirmed, listeners: new Set() }, undefined, NOW);
    expect(conditionOf(status, 'Programmed')).toMatchObject({ status: 'True' });
    expect(status).toMatchObject({
      listeners: [
        { conditions: expect.arrayContaining([expect.objectContaining({ type: 'Programmed', reason: 'Pending' })]) },
      ],
    });
  });

  it.each([
    ['TLS', ''],
    ['HTTP', '; it answers 404, because no HTTPRoute is read'],
    ['HTTPS', '; it resets every hello, because TLS never ends on the appliance'],
  ])('GW-2: a listener of protocol %s → both messages say what it does', (protocol, meaning) => {
    const tls = { TLS: { mode: 'Passthrough' }, HTTPS: { certificateRefs: [{ name: 'c' }] } }[protocol];
    const objects = [gateway([listener({ protocol, tls })])];
    const settings = { https: true };
    const certificates = { 'shop/c': 'unread' } as const;
    const ours = only(judged({ rule: '', name: '', objects, settings, certificates, status: [] }).judgement.gateways);
    const { listeners } = gatewayStatus(ours, none, confirmed, undefined, NOW) as { listeners: object[] };
    const messages = (listeners[0] as { conditions: { type: string; message: string }[] }).conditions
      .filter(({ type }) => type === 'Accepted' || type === 'Programmed')
      .map(({ message }) => message);
    expect(messages).toEqual([
      `the listener is valid${meaning}`,
      `the appliance has programmed the listener${meaning}`,
    ]);
  });

  it('an answer without an address → AddressNotAssigned', () => {
    const ours = only(judge(gateway([listener()])).gateways);
    const status = gatewayStatus(ours, none, { addresses: [], listeners: new Set() }, undefined, NOW);
    expect(conditionOf(status, 'Programmed')).toMatchObject({ status: 'False', reason: 'AddressNotAssigned' });
  });
});

describe('GW-13, GW-14: the status of a TLSRoute', () => {
  const route = (spec: object = {}, metadata: object = {}) =>
    only(judge(gateway([listener()]), tlsRoute(spec, metadata)).routes);
  const foreign = {
    parentRef: { name: 'edge' },
    controllerName: 'example.com/controller',
    conditions: [{ type: 'Accepted', status: 'False' }],
  };

  it('written once, then unchanged, with the defaults of the parentRef', () => {
    const status = routeStatus(route(), {}, undefined, THEN);
    expect(status).toMatchObject({
      parents: [
        {
          parentRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge' },
          controllerName: GATEWAY_CONTROLLER,
        },
      ],
    });
    expect(routeStatus(route(), {}, status, NOW)).toBeUndefined();
  });

  it('entries of other controllers for the same parent → unchanged', () => {
    const status = routeStatus(route(), {}, { parents: [foreign] }, NOW);
    expect(status).toMatchObject({ parents: [foreign, { controllerName: GATEWAY_CONTROLLER }] });
    expect(routeStatus(route(), {}, status, THEN)).toBeUndefined();
  });

  it('our entry of a parentRef that is gone → removed, also the last one', () => {
    const ours = { ...foreign, controllerName: GATEWAY_CONTROLLER, parentRef: { name: 'former' } };
    const status = routeStatus(route(), {}, { parents: [ours, foreign] }, NOW) as { parents: unknown[] };
    expect(JSON.stringify(status)).not.toContain('former');
    const without = { ...route(), parents: [] };
    expect(routeStatus(without, {}, { parents: [ours, foreign] }, NOW)).toEqual({ parents: [foreign] });
    expect(routeStatus(without, {}, { parents: [foreign] }, NOW)).toBeUndefined();
    expect(routeStatus(without, {}, undefined, NOW)).toBeUndefined();
  });

  it('two sections of one Gateway → an entry each', () => {
    const parentRefs = [
      { name: 'edge', sectionName: 'tls' },
      { name: 'edge', sectionName: 'other' },
    ];
    expect(routeStatus(route({ parentRefs }), {}, undefined, NOW)).toMatchObject({
      parents: [{ parentRef: { sectionName: 'tls' } }, { parentRef: { sectionName: 'other' } }],
    });
  });

  it('a status of a newer generation → nothing is written', () => {
    const newer = routeStatus(route({}, { generation: 5 }), {}, undefined, THEN);
    expect(routeStatus(route({}, { generation: 4 }), {}, newer, NOW)).toBeUndefined();
  });

  it('several faults of back ends → the first one, and the number of the others', () => {
    const rules = [
      {
        backendRefs: [
          { name: 'a', port: 1 },
          { kind: 'X', name: 'b' },
        ],
      },
    ];
    const { parents } = routeStatus(route({ rules }), {}, undefined, NOW) as { parents: object[] };
    expect(conditionOf(parents[0], 'ResolvedRefs')).toMatchObject({
      reason: 'BackendNotFound',
      message: 'Service "shop/a" does not exist; 1 more back ends cannot be used',
    });
  });

  it.each([null, 'x', { parents: 'x' }, { parents: [null, 1, {}] }])('the status %j → no error', (current) => {
    expect(routeStatus(route(), {}, current, NOW)).toBeDefined();
  });

  it('another class object than that of the routes does not matter', () => {
    expect(judge(gatewayClass('second'), gateway([listener()]), tlsRoute()).routes).toHaveLength(1);
  });
});

describe('GW-13: what a status says that was confirmed', () => {
  const programmed = (status: string) => [{ type: 'Programmed', status }];
  const status = (whole: string) => ({
    addresses: [{ type: 'IPAddress', value: '192.0.2.10' }, { value: 5 }],
    conditions: programmed(whole),
    listeners: [
      { name: 'a', conditions: programmed('True') },
      { name: 'b', conditions: programmed('False') },
    ],
  });

  it('a programmed Gateway → its addresses and the listeners that are programmed', () => {
    const remembered = { addresses: ['192.0.2.10'], listeners: new Set(['a']) };
    expect(rememberedConfirmation(status('True'))).toEqual(remembered);
  });

  it.each([['False'], ['Unknown']])('Programmed %s → nothing', (whole) => {
    expect(rememberedConfirmation(status(whole))).toBeUndefined();
  });

  it('no status, or one of another form → nothing', () => {
    for (const odd of [undefined, null, 'x', { conditions: 5 }]) expect(rememberedConfirmation(odd)).toBeUndefined();
  });
});
