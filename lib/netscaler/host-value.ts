import type { Owner } from '../contract/index.ts';
import type { BackendKey } from '../route/index.ts';
import { redirectValue } from './expressions.ts';
import { backendId, type Names } from './names.ts';

/** The claim that holds a host, as far as the row of the host says it. */
interface HostHolder {
  readonly owner: Owner;
  readonly ownerKey: string;
  readonly target: {
    readonly service?: string;
    readonly listener?: true;
    readonly securePort?: number;
    /** The redirect lets challenges through. */
    readonly challenges?: true;
    /** The host is a challenge. */
    readonly challenge?: true;
  };
}

/**
 * Returns the value of a host's row while a claim holds it.
 *
 * | claim of                     | value                                            |
 * | ---------------------------- | ------------------------------------------------ |
 * | a back end                   | its id                                           |
 * | a redirect                   | the secure port                                  |
 * | one that lets challenges through | the secure port, and the key of its owner    |
 * | a challenge                  | the name of the server that answers it           |
 *
 * @param backend of the claim; undefined for a redirect.
 */
export function hostValue(
  names: Names,
  { owner, ownerKey, target }: HostHolder,
  backend: BackendKey | undefined,
): string {
  if (backend === undefined) {
    return redirectValue(target.securePort as number, target.challenges === undefined ? undefined : ownerKey);
  }
  return target.challenge === undefined ? backendId(ownerKey, backend) : names.backend(owner, backend);
}
