import { ANNOTATION_FINDINGS } from './annotations.ts';
import { BACKEND_FINDINGS } from './backends.ts';
import { FRONTEND_FINDINGS } from './frontends.ts';
import { GATEWAY_FINDINGS } from './gateway.ts';
import { HOST_FINDINGS } from './hosts.ts';
import { MANIFEST_FINDINGS } from './manifests.ts';

/** Every finding code. A code never changes its meaning, because users' alerts and scripts name it. */
export const CATALOGUE = {
  ...ANNOTATION_FINDINGS,
  ...BACKEND_FINDINGS,
  ...FRONTEND_FINDINGS,
  ...GATEWAY_FINDINGS,
  ...HOST_FINDINGS,
  ...MANIFEST_FINDINGS,
} as const;

export type FindingCode = keyof typeof CATALOGUE;

/** All codes, sorted. */
export const FINDING_CODES = Object.keys(CATALOGUE).sort() as FindingCode[];
