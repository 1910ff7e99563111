import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { blockYaml } from '../../../lib/cli/block-yaml.ts';
import { convertIngresses } from '../../../lib/gateway/convert/convert.ts';
import { type K8sIngress, selectStates } from '../../../lib/ingress/index.ts';
import { CLUSTER } from '../../corpus/cluster.ts';
import { GATEWAY_CORPUS } from '../../corpus/gateway.ts';
import { CORPUS } from '../../corpus/index.ts';
import { blocksOf } from '../../support/doc-pages.ts';
import { type ApiAnswer, ControlPlane, NO_ASSETS, requireAssets } from '../../support/envtest.ts';
import { installGatewayCrds } from '../../support/gateway-crds.ts';

const assets = await requireAssets();
const PLURALS: Readonly<Record<string, string>> = {
  GatewayClass: 'gatewayclasses',
  Gateway: 'gateways',
  TLSRoute: 'tlsroutes',
  ReferenceGrant: 'referencegrants',
};

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

describe.skipIf(assets === undefined)(
  `the CRDs of the Gateway API v1.6.3 (${assets === undefined ? NO_ASSETS : 'envtest'})`,
  () => {
    let plane: ControlPlane;
    const created = new Set<string>(['default']);

    beforeAll(async () => {
      plane = await ControlPlane.start(assets as string);
      await installGatewayCrds(plane);
    });
    afterAll(() => plane?.stop());

    /** Has the API server check an object as if it were created, unknown fields included. */
    async function dryRun({ apiVersion, kind, metadata, ...rest }: Manifest): Promise<ApiAnswer> {
      const { namespace } = metadata;
      if (namespace !== undefined && !created.has(namespace)) {
        await plane.ok('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
        created.add(namespace);
      }
      const scope = kind === 'GatewayClass' ? '' : `/namespaces/${namespace ?? 'default'}`;
      const path = `/apis/${apiVersion}${scope}/${PLURALS[kind]}?dryRun=All&fieldValidation=Strict`;
      return plane.call('POST', path, { apiVersion, kind, metadata, ...rest });
    }

    it('accept what nspass convert writes, of every Ingress in the corpus together and alone', async () => {
      const entries = Object.values(CORPUS).flat();
      const convert = (ingresses: readonly unknown[], gatewayNamespace?: string): Manifest[] => {
        const objects = [...CLUSTER, ...(ingresses as readonly K8sIngress[])];
        const { states } = selectStates(objects, { classNames: [], partial: true });
        const services = objects.filter((object) => object.kind === 'Service');
        const settings = { gatewayClass: 'netscaler-passthrough', ...(gatewayNamespace && { gatewayNamespace }) };
        const converted = convertIngresses(states, services, settings).objects;
        return converted.flatMap(({ manifest }) =>
          parseAllDocuments(blockYaml(JSON.parse(JSON.stringify(manifest)))).map((each) => each.toJS()),
        );
      };
      const readable = entries.flatMap(({ ingress }) => {
        try {
          return convert([ingress]).length > 0 ? [ingress] : [];
        } catch {
          // Ingresses that are broken on purpose reach the converter only through the reader of manifests.
          return [];
        }
      });
      const all = [...readable.flatMap((ingress) => convert([ingress])), ...convert(readable, 'infra')];
      expect(all.length).toBeGreaterThan(500);
      const answers = new Map<string, Manifest>(all.map((manifest) => [JSON.stringify(manifest), manifest]));
      for (const manifest of answers.values()) {
        const { status, body } = await dryRun(manifest);
        expect(status, `${JSON.stringify(manifest)}: ${body.message}`).toBe(201);
      }
    });

    it('accept the example of docs/gateway-api.md', async () => {
      const [example] = blocksOf('docs/gateway-api.md').filter(({ language }) => language === 'yaml');
      const manifests = parseAllDocuments(example?.text ?? '').map((document) => document.toJS() as Manifest);
      const ours = manifests.filter(({ kind }) => Object.hasOwn(PLURALS, kind));
      expect(ours.map(({ kind }) => kind)).toEqual(['GatewayClass', 'Gateway', 'TLSRoute']);
      for (const manifest of ours) expect((await dryRun(manifest)).status).toBe(201);
    });

    it('refuse only what the rules find fault with', async () => {
      const entries = Object.values(GATEWAY_CORPUS).flat();
      let refused = 0;
      let accepted = 0;
      for (const { name, objects, status } of entries) {
        const good =
          status.length > 0 && status.every((line) => !/ (!(?!Conflicted:NoConflicts)|Accepted:)/.test(line));
        for (const object of objects as readonly Manifest[]) {
          if (!Object.hasOwn(PLURALS, object.kind)) continue;
          const answer = await dryRun(object);
          if (answer.status !== 201) refused += 1;
          if (!good || TOLERATED.test(name)) continue;
          expect(answer.status, `${name}: ${answer.body.message}`).toBe(201);
          accepted += 1;
        }
      }
      expect(refused).toBeGreaterThan(20);
      expect(accepted).toBeGreaterThan(20);
    });
  },
);

/** Cases that show that the rules bear what the API server refuses. */
const TOLERATED =
  /cannot be read|other kinds|twice|two is valid|without back ends|addresses in another form|counted each once/;
