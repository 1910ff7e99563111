import { ApplianceError } from '../errors.ts';
import { schemas } from './schema.ts';

/**
 * Kinds whose absence has a code of its own instead of 258 `No such resource`, and whether its text names the object.
 * Sources: what the vendor's clients switch on, and the error list.
 */
const codes: Readonly<Record<string, number>> = {
  nsacl: 864,
  nshttpprofile: 3248,
  nspartition: 2755,
  nstcpprofile: 3248,
  service: 344,
  sslcertkey: 1540,
  sslpolicylabel: 3087,
  sslprofile: 3248,
  sslservicegroup: 463,
  sslvserver: 461,
  systemcmdpolicy: 373,
  systemuser: 2626,
};

/** The refusal for an object that is not there. */
export function notFound(kind: string, name: string): ApplianceError {
  const code = codes[kind];
  return code === undefined
    ? new ApplianceError(258, [schemas.get(kind)?.key ?? 'name', name])
    : new ApplianceError(code);
}
