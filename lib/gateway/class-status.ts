import { stableJson } from '../contract/index.ts';
import { quoteAll } from '../ingress/finding.ts';
import { record } from '../ingress/shape.ts';
import { type Condition, isStale, mergeConditions, met, unmet } from './conditions.ts';
import { SUPPORTED_FEATURES } from './features.ts';
import type { JudgedClass } from './judge.ts';

/** Versions of the CRDs whose fields this project knows: TLSRoute is `v1` since v1.5. */
const KNOWN_VERSION = /^v1\.[56]\.\d+$/;

/** A CustomResourceDefinition of the Gateway API. */
export interface GatewayCrd {
  readonly name: string;
  /** Annotation `gateway.networking.k8s.io/bundle-version`. */
  readonly bundleVersion?: string;
}

/**
 * Returns whether the CRDs have a known version (GW-13). An unknown one does not keep the class from being accepted: support
 * is then best effort. Source: `GatewayClassConditionStatusSupportedVersion` in apis/v1/gatewayclass_types.go.
 */
function supportedVersion(crds: readonly GatewayCrd[]): Condition {
  const unknown = crds.filter(({ bundleVersion = '' }) => !KNOWN_VERSION.test(bundleVersion));
  if (unknown.length === 0) return met('SupportedVersion', 'the version of all Gateway API CRDs is known');
  const found = [...new Set(unknown.map(({ bundleVersion = 'none' }) => bundleVersion))].sort();
  const message = `${unknown.length} Gateway API CRDs have the bundle versions ${quoteAll(found)}, expected v1.5 or v1.6`;
  return unmet('SupportedVersion', 'UnsupportedVersion', message);
}

/**
 * Returns the new status of a GatewayClass of ours (GW-13, GW-14).
 *
 * @param crds all CRDs of the Gateway API in the cluster; undefined where they may not be read: then nothing is said of them.
 * @param current status as read from the API server, unchecked.
 * @param now RFC 3339, in seconds.
 * @returns undefined if nothing changes, or if the judged copy is older than the status.
 */
export function classStatus(
  { gatewayClass, fault }: JudgedClass,
  crds: readonly GatewayCrd[] | undefined,
  current: unknown,
  now: string,
): object | undefined {
  const accepted =
    fault === undefined
      ? met('Accepted', 'the GatewayClass is valid')
      : unmet('Accepted', fault.reason, fault.finding.message);
  const wanted = [accepted, ...(crds === undefined ? [] : [supportedVersion(crds)])];
  const time = { generation: gatewayClass.metadata.generation ?? 0, now };
  const { conditions } = record(current);
  if (isStale(conditions, wanted, time)) return undefined;
  const status = {
    ...record(current),
    conditions: mergeConditions(conditions, wanted, time),
    supportedFeatures: SUPPORTED_FEATURES.map((name) => ({ name })),
  };
  return stableJson(status) === stableJson(current) ? undefined : status;
}
