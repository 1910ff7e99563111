import type { Explanation } from '../survivors.ts';
import { LEDGER } from './ledger.ts';
import { NETSCALER } from './netscaler.ts';
import { PLAN } from './plan.ts';
import { RECONCILE } from './reconcile.ts';

/** All that is known to survive. */
export const EXPLANATIONS: readonly Explanation[] = [...LEDGER, ...NETSCALER, ...PLAN, ...RECONCILE];
