import { neverApplies } from '../ingress/allow-list.ts';
import { OBJECTS } from '../ingress/attributes.ts';
import { parseAddress } from '../ingress/ip.ts';
import { suffixProblem } from '../ingress/ownership.ts';
import { poolProblems } from './address-pools.ts';
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
  return appliances.flatMap((appliance, index) => {
    const twice = names.indexOf(appliance.name) < index;
    const name = twice ? [at('name')(`two appliances have the name "${appliance.name}"`)] : [];
    const pool = poolProblems(appliance, appliances).map(({ index: entry, message }) =>
      at('gatewayAddresses', ...(entry === undefined ? [] : [entry]))(message),
    );
    return [...name, ...CHECKS.flatMap((check) => check(appliance)), ...pool].map(({ path, message }) => ({
      path: ['appliances', index, ...path],
      message,
    }));
  });
}

/** Returns the maker of problems at a path inside an appliance. */
const at =
  (...path: PropertyKey[]) =>
  (message: string): ConfigProblem => ({ path, message });

/** Returns a problem for each entry of a list with one. */
function inList<T>(
  field: PropertyKey,
  entries: readonly T[] | undefined,
  problem: (entry: T) => string | undefined,
): ConfigProblem[] {
  return (entries ?? []).flatMap((entry, index) => {
    const message = problem(entry);
    return message === undefined ? [] : [at(field, index)(message)];
  });
}

const CHECKS: readonly ((appliance: ApplianceConfig) => ConfigProblem[])[] = [
  ({ frontendIPs }) => inList('frontendIPs', frontendIPs, rangeProblem),
  ({ gatewayAddresses }) => inList('gatewayAddresses', gatewayAddresses, rangeProblem),
  ({ memberNetworks }) => inList('memberNetworks', memberNetworks, rangeProblem),
  ({ defaultVip: vip }) =>
    vip === undefined || parseAddress(vip) !== undefined ? [] : [at('defaultVip')(`"${vip}" is not an IP address`)],
  ({ allowedAttributes }) =>
    OBJECTS.flatMap((object) =>
      inList(object, allowedAttributes?.[object], (name) => neverApplies(object, name)).map(({ path, message }) =>
        at('allowedAttributes', ...path)(message),
      ),
    ),
  ({ credentials }) => credentialProblems(credentials),
  ({ endpoints }) =>
    endpoints.length > HA_MEMBERS ? [at('endpoints')('expected one address, or the two members of an HA pair')] : [],
  ({ endpoints }) => inList('endpoints', endpoints, baseUrlProblem),
  ({ console: proxy }) =>
    proxy === undefined || Object.keys(proxy).length === 1
      ? []
      : [at('console')('expected exactly one of instanceIp, instanceName and instanceId')],
  ({ hostOwnership }) =>
    hostOwnership.flatMap(({ suffix }, index) => {
      const reason = suffixProblem(suffix);
      return reason === undefined ? [] : [at('hostOwnership', index, 'suffix')(`"${suffix}" ${reason}`)];
    }),
];

function credentialProblems({ environment, ...others }: ApplianceConfig['credentials']): ConfigProblem[] {
  const sources = [...Object.keys(others), ...(environment === undefined ? [] : ['environment'])];
  if (sources.length !== 1) {
    const found = sources.length === 0 ? 'none' : sources.join(' and ');
    return [at('credentials')(`expected exactly one of secret, environment and file; found ${found}`)];
  }
  if (environment === undefined || /^[A-Za-z_][A-Za-z0-9_]*$/.test(environment)) return [];
  // The text is not repeated: it may be the password itself.
  return [
    at(
      'credentials',
      'environment',
    )('expected the beginning of the names of two variables: letters, digits and _, such as NSPASS_NITRO'),
  ];
}

/** Returns why a text is not a range of addresses; an address alone is a range of one. */
function rangeProblem(range: string): string | undefined {
  const [text = '', prefix, ...rest] = range.split('/');
  const address = parseAddress(text);
  if (address === undefined || rest.length > 0)
    return `"${range}" is not a range of addresses (192.0.2.0/24, 2001:db8::/64)`;
  const width = address.family === 4 ? 32 : 128;
  if (prefix !== undefined && (!/^[0-9]{1,3}$/.test(prefix) || Number(prefix) > width)) {
    return `"${range}" has a prefix of more than ${width} bits`;
  }
  return undefined;
}
