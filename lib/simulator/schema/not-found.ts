import { ApplianceError } from '../errors.ts';
import { schemas } from './schema.ts';

/**
 * Codes of kinds whose absence is not 258 `No such resource`. Sources: codes that the vendor's clients test, and the
 * error list.
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

/** Returns the refusal for an object that does not exist. */
export function notFound(kind: string, name: string): ApplianceError {
  const code = codes[kind];
  return code === undefined
    ? new ApplianceError(258, [schemas.get(kind)?.key ?? 'name', name])
    : new ApplianceError(code);
}
