import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingress } from '../../corpus/case.ts';
import { ControlPlane, NO_ASSETS, requireAssets } from '../../support/envtest.ts';
import type { Manifest } from './admission-stage.ts';

const assets = await requireAssets();
const INGRESSES = '/apis/networking.k8s.io/v1/namespaces/default/ingresses';
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
const FORGED = { uid: '00000000-0000-0000-0000-000000000001', creationTimestamp: '2001-01-01T00:00:00Z' };

interface Stored {
  readonly metadata: { readonly uid: string; readonly creationTimestamp: string; readonly [field: string]: unknown };
}

describe.skipIf(assets === undefined)(`CON-1: what the API server says of an Ingress (${NO_ASSETS})`, () => {
  let plane: ControlPlane;

  beforeAll(async () => {
    plane = await ControlPlane.start(assets as string);
  });
  afterAll(() => plane?.stop());

  const create = async (name: string): Promise<Stored> => {
    const manifest = ingress({ metadata: { name, ...FORGED } }) as Manifest;
    return (await plane.ok('POST', INGRESSES, manifest)) as unknown as Stored;
  };
  const isForged = ({ metadata }: Stored): boolean =>
    metadata.uid === FORGED.uid || metadata.creationTimestamp === FORGED.creationTimestamp;

  it('a creation time and UID that a tenant writes → the API server’s own', async () => {
    expect(isForged(await create('forged'))).toBe(false);
  });

  it('written into an existing Ingress → refused or ignored', async () => {
    const { metadata } = await create('changed');
    const path = `${INGRESSES}/changed`;
    const manifest = ingress({ metadata: { name: 'changed', ...FORGED } }) as Manifest;
    expect((await plane.call('PUT', path, manifest)).status).toBe(409);
    const time = { metadata: { labels: { changed: 'yes' }, creationTimestamp: FORGED.creationTimestamp } };
    expect(await plane.call('PATCH', path, time)).toMatchObject({
      status: 200,
      body: { metadata: { labels: { changed: 'yes' } } },
    });
    const after = (await plane.ok('GET', path)) as unknown as Stored;
    expect([after.metadata.uid, after.metadata.creationTimestamp]).toEqual([metadata.uid, metadata.creationTimestamp]);
  });

  it.each([
    ['loopback', 'IPv4', '127.0.0.1', 422],
    ['link-local', 'IPv4', '169.254.169.254', 422],
    ['metadata of AWS over IPv6', 'IPv6', 'fd00:ec2::254', 201],
    ['metadata of Azure', 'IPv4', '168.63.129.16', 201],
    ['NAT64', 'IPv6', '64:ff9b::a9fe:a9fe', 201],
  ])(
    'VAL-15: an EndpointSlice with an address of %s → %s %s answers %i, so the rule has to refuse it',
    async (...given) => {
      const [, addressType, address, status] = given;
      const slice = {
        metadata: { generateName: 'web-', labels: { 'kubernetes.io/service-name': 'web' } },
        addressType,
        endpoints: [{ addresses: [address] }],
        ports: [{ port: 8443 }],
      };
      expect((await plane.call('POST', SLICES, slice)).status).toBe(status);
    },
  );
});
