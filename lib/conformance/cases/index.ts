import type { ConformanceCase } from '../case.ts';
import { ANNOTATION_CASES } from './annotations.ts';
import { BACKEND_CASES } from './backends.ts';
import { CHALLENGE_CASES } from './challenges.ts';
import { FRONTEND_CASES } from './frontends.ts';
import { HOST_CASES } from './hosts.ts';
import { LIFECYCLE_CASES } from './lifecycle.ts';
import { LIMIT_CASES } from './limits.ts';
import { MATCHING_CASES } from './matching.ts';
import { NODE_CASES } from './nodes.ts';
import { OFFICIAL_CASES } from './official.ts';
import { PROXY_PROTOCOL_CASES } from './proxy-protocol.ts';
import { SELECTION_CASES } from './selection.ts';
import { SOURCE_CASES } from './sources.ts';
import { TLS_CASES } from './tls.ts';
import { VALIDITY_CASES } from './validity.ts';

/** All cases, in the order of the report. */
export const CASES: readonly ConformanceCase[] = [
  ...HOST_CASES,
  ...MATCHING_CASES,
  ...TLS_CASES,
  ...SELECTION_CASES,
  ...VALIDITY_CASES,
  ...FRONTEND_CASES,
  ...BACKEND_CASES,
  ...NODE_CASES,
  ...LIFECYCLE_CASES,
  ...LIMIT_CASES,
  ...ANNOTATION_CASES,
  ...SOURCE_CASES,
  ...PROXY_PROTOCOL_CASES,
  ...CHALLENGE_CASES,
  ...OFFICIAL_CASES,
];
