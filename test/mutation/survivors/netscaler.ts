import type { Explanation } from '../survivors.ts';

export const NETSCALER: readonly Explanation[] = [];
