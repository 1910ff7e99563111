import type { ProxyVersion } from '../route/index.ts';
import type { Names } from './names.ts';
import type { Resource } from './resource.ts';

/**
 * Returns the net profile that sends members the PROXY protocol (VAL-18). It exists once for the system and version, is made
 * with the first back end that asks for it, and stays.
 *
 * @param owners keys of the owners whose back ends name it: where it cannot be made, they alone fail.
 */
export function proxyProfile(names: Names, version: ProxyVersion, owners: readonly string[]): Resource {
  return {
    role: 'system',
    type: 'netprofile',
    id: { name: names.proxyProfile(version) },
    attributes: { proxyprotocol: 'ENABLED', proxyprotocoltxversion: version.toUpperCase() },
    owners,
  };
}
