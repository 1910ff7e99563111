import { ACCESS } from './access.ts';
import { ANNOTATIONS } from './annotations.ts';
import { BROKEN } from './broken.ts';
import type { Case } from './case.ts';
import { CHALLENGES } from './challenges.ts';
import { ENDPOINTS } from './endpoints.ts';
import { FRONT_ENDS } from './frontends.ts';
import { HOSTS } from './hosts.ts';
import { OPERATOR } from './ownership.ts';
import { PATHS_AND_BACKENDS } from './paths.ts';
import { PROXY_PROTOCOL } from './proxy-protocol.ts';
import { SAMPLES } from './samples.ts';
import { SELECTION } from './selection.ts';
import { SMART } from './smart.ts';
import { TLS } from './tls.ts';
import { VENDORS } from './vendors.ts';

/** All cases by topic. */
export const CORPUS: Readonly<Record<string, readonly Case[]>> = {
  samples: SAMPLES,
  'manifests of vendors': VENDORS,
  selection: SELECTION,
  hosts: HOSTS,
  tls: TLS,
  'paths and back ends': PATHS_AND_BACKENDS,
  'front ends': FRONT_ENDS,
  access: ACCESS,
  'proxy protocol': PROXY_PROTOCOL,
  challenges: CHALLENGES,
  annotations: ANNOTATIONS,
  'smart annotations': SMART,
  'what the operator forbids': OPERATOR,
  endpoints: ENDPOINTS,
  'broken manifests': BROKEN,
};
