import type { Finding } from '../../contract/index.ts';
import type { ClusterSource, SourceSink } from '../../forwarder/index.ts';
import {
  type GatewayObject,
  type GatewaySettings,
  lintGateways,
  nameOfKind,
  selectTlsRoutes,
} from '../../gateway/index.ts';
import type { K8sObject } from '../../ingress/index.ts';

const GATEWAY_KINDS: ReadonlySet<string> = new Set([
  'GatewayClass',
  'Gateway',
  'TLSRoute',
  'ReferenceGrant',
  'Namespace',
]);

type SourceObject = K8sObject | GatewayObject;

const isGatewayObject = (object: SourceObject): object is GatewayObject => GATEWAY_KINDS.has(object.kind);

/** Returns whether no outcome ever carries a code: the objects alone decide it. */
const isNeverInOutcomes = (code: string): boolean => code.startsWith('Gateway') || SILENT_OF_ROUTES.has(code);

const SILENT_OF_ROUTES: ReadonlySet<string> = new Set([
  'TLSRouteHostnameUnserved',
  'TLSRouteNotAttached',
  'TLSRouteParentUnknown',
]);

/** Codes that an outcome carries, if there is one: a route that no listener takes has none. */
const IN_OUTCOMES_OF_ROUTES: ReadonlySet<string> = new Set(['TLSRouteHostnameInvalid', 'TLSRouteInvalid']);

/** A finding, and the object that it is about: `namespace/tlsroute/name`. */
interface Remark {
  readonly about: string;
  readonly finding: Finding;
}

/** Returns what no outcome says about objects of the Gateway API: the rules of `nspass lint`. Pure. */
function remarksOn(objects: readonly SourceObject[], settings: GatewaySettings): Remark[] {
  const own = objects.filter(isGatewayObject);
  if (own.length === 0) return [];
  const others = objects.filter((object): object is K8sObject => !isGatewayObject(object));
  const judging = { ...settings, partial: true };
  const attached = new Set(
    selectTlsRoutes(own, others, judging)
      .filter(({ parents }) => parents.length > 0)
      .map(({ namespace, name }) => `${namespace}/${nameOfKind('TLSRoute', name)}`),
  );
  const sources = own.map((object) => ({ object, file: '', lineOf: () => 1 }));
  const rules = { frontendIPs: [], hostOwnership: [], ipsets: [] };
  const { findings } = lintGateways(sources, others, { ...judging, rules });
  return findings.flatMap(({ namespace, name, code, severity, message, remedy }): Remark[] => {
    const about = `${namespace}/${name}`;
    const isSilent = isNeverInOutcomes(code) || (IN_OUTCOMES_OF_ROUTES.has(code) && !attached.has(about));
    if (!isSilent) return [];
    return [{ about, finding: { code, severity, message, ...(remedy === '' ? {} : { remedy }) } }];
  });
}

/**
 * Wraps a source to say what is wrong with Gateways and TLSRoutes that never reach an appliance. A cluster says it in the
 * conditions of the objects; a folder has none.
 *
 * @param onFinding is called once for each finding, and again where it comes back.
 */
export function observeGateways(
  source: ClusterSource,
  settings: GatewaySettings,
  onFinding: (about: string, finding: Finding) => void,
): ClusterSource {
  return {
    get readsGateways() {
      return source.readsGateways === true;
    },
    start: (sink) => {
      const objects = new Map<string, SourceObject>();
      let told: ReadonlySet<string> = new Set();
      const keyOf = (kind: string, namespace: string, name: string): string => `${kind} ${namespace}/${name}`;
      const watching: SourceSink = {
        upsert: (object) => {
          const { namespace, name } = object.metadata;
          objects.set(keyOf(object.kind, namespace, name), object);
          sink.upsert(object);
        },
        remove: (kind, namespace, name) => {
          objects.delete(keyOf(kind, namespace, name));
          sink.remove(kind, namespace, name);
        },
        missing: (kind, gone) => {
          for (const { namespace, name } of gone) objects.delete(keyOf(kind, namespace, name));
          sink.missing(kind, gone);
        },
        synced: (complete) => sink.synced(complete),
        // Ends each scan of the source, after all its objects.
        problems: (problems) => {
          sink.problems(problems);
          const now = new Set<string>();
          for (const { about, finding } of remarksOn([...objects.values()], settings)) {
            const key = JSON.stringify([about, finding]);
            if (!told.has(key) && !now.has(key)) onFinding(about, finding);
            now.add(key);
          }
          told = now;
        },
      };
      return source.start(watching);
    },
    stop: () => source.stop(),
  };
}
