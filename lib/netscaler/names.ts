import { digest, type Owner } from '../contract/index.ts';
import { type BackendKey, backendText, frontendKey } from '../route/index.ts';

/** Address and port: all that a front end's names need. */
interface Place {
  readonly vip: string;
  readonly port: number;
}

/** Characters that a name may have on the appliance; `.` and `:` are kept for readability. */
const UNSAFE = /[^A-Za-z0-9_.:@=-]/g;

function cut(text: string, length: number): string {
  return text.replaceAll(UNSAFE, '_').slice(0, length);
}

/**
 * Every name that this system gives, from its id. Readable first, exact last: what is cut to fit is told apart by a
 * digest. Names of string maps take letters, digits and `_` only and are not case-sensitive.
 *
 * @param system the configured system id: two systems on one appliance never meet.
 */
export function namesOf(system: string) {
  const dashed = (kind: string, place: Place): string => `${system}${kind}-${place.vip}-${place.port}`;
  return {
    /** Placeholder certificate, TCP profile and the closing policies: once for the system. */
    certKey: `${system}-placeholder`,
    certificateFile: `${system}-placeholder.crt`,
    keyFile: `${system}-placeholder.key`,
    tcpProfile: `${system}-tcp`,
    reset: `${system}-reset`,
    responderReset: `${system}-reset-http`,

    ledgerMap: (cluster: string): string => `${system}_l_${digest(cluster)}`,
    frontendMap: (place: Place): string => `${system}_f_${frontendKey(place).replaceAll(/[.:]/g, '_')}`,
    csvserver: (place: Place): string => dashed('', place),
    gate: (place: Place): string => dashed('-gate', place),
    exact: (place: Place): string => dashed('-exact', place),
    redirectAction: (place: Place, securePort: number): string => dashed(`-redirect-${securePort}`, place),
    redirectExact: (place: Place, securePort: number): string => dashed(`-redirect-${securePort}-x`, place),
    redirectWildcard: (place: Place, securePort: number): string => dashed(`-redirect-${securePort}-w`, place),

    /** lbvserver, service group, action, monitor and exact policy of a back end. */
    backend: (owner: Owner, backend: BackendKey): string =>
      [
        system,
        cut(owner.namespace, 24),
        cut(owner.name, 30),
        cut(backend.service, 30),
        cut(backend.port, 8),
        digest(`${owner.cluster}/${owner.namespace}/${owner.name}/${backendText(backend)}`, 16),
      ].join('-'),
    wildcardPolicy: (backend: string): string => `${backend}-w`,
  };
}
export type Names = ReturnType<typeof namesOf>;

/** What a host's row in the front end's map names: the owner's key, and which of its back ends. */
export function backendId(ownerKey: string, backend: BackendKey): string {
  return `${ownerKey}-${digest(backendText(backend), 8)}`;
}
