import { isIP, isIPv4 } from 'node:net';
import { neverApplies } from '../ingress/allow-list.ts';
import { OBJECTS } from '../ingress/attributes.ts';
import type { ApplianceConfig } from './appliances.ts';
import { baseUrlProblem } from './base-url.ts';

/** A problem of the configuration, with its position. */
export interface ConfigProblem {
  /** Path from the root of the file. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Most endpoints of an appliance: the members of one HA pair. */
const HA_MEMBERS = 2;

/**
 * Finds problems beyond the schema of a single field: duplicate names, invalid ranges and addresses, and contradictory
 * settings.
 */
export function problemsOf(appliances: readonly ApplianceConfig[]): ConfigProblem[] {
  const names = appliances.map(({ name }) => name);
  return appliances.flatMap((appliance, index): ConfigProblem[] => {
    const at = (...path: PropertyKey[]): PropertyKey[] => ['appliances', index, ...path];
    const problems: ConfigProblem[] = [];
    if (names.indexOf(appliance.name) < index) {
      problems.push({ path: at('name'), message: `two appliances have the name "${appliance.name}"` });
    }
    for (const field of ['frontendIPs', 'memberNetworks'] as const) {
      (appliance[field] ?? []).forEach((range, entry) => {
        const message = rangeProblem(range);
        if (message !== undefined) problems.push({ path: at(field, entry), message });
      });
    }
    if (appliance.defaultVip !== undefined && isIP(appliance.defaultVip) === 0) {
      problems.push({ path: at('defaultVip'), message: `"${appliance.defaultVip}" is not an IP address` });
    }
    for (const object of OBJECTS) {
      for (const [entry, name] of (appliance.allowedAttributes?.[object] ?? []).entries()) {
        const message = neverApplies(object, name);
        if (message !== undefined) problems.push({ path: at('allowedAttributes', object, entry), message });
      }
    }
    const sources = Object.keys(appliance.credentials);
    if (sources.length !== 1) {
      const found = sources.length === 0 ? 'none' : sources.join(' and ');
      problems.push({
        path: at('credentials'),
        message: `expected exactly one of secret, environment and file; found ${found}`,
      });
    }
    if (appliance.endpoints.length > HA_MEMBERS) {
      problems.push({ path: at('endpoints'), message: 'expected one address, or the two members of an HA pair' });
    }
    for (const [entry, endpoint] of appliance.endpoints.entries()) {
      const message = baseUrlProblem(endpoint);
      if (message !== undefined) problems.push({ path: at('endpoints', entry), message });
    }
    if (appliance.console !== undefined && Object.keys(appliance.console).length !== 1) {
      problems.push({
        path: at('console'),
        message: 'expected exactly one of instanceIp, instanceName and instanceId',
      });
    }
    return problems;
  });
}

/** Returns why a text is not a range of addresses; an address alone is a range of one. */
function rangeProblem(range: string): string | undefined {
  const [address = '', prefix, ...rest] = range.split('/');
  if (isIP(address) === 0 || rest.length > 0)
    return `"${range}" is not a range of addresses (192.0.2.0/24, 2001:db8::/64)`;
  const width = isIPv4(address) ? 32 : 128;
  if (prefix !== undefined && (!/^[0-9]{1,3}$/.test(prefix) || Number(prefix) > width)) {
    return `"${range}" has a prefix of more than ${width} bits`;
  }
  return undefined;
}
