import type { Explanation } from '../survivors.ts';

export const PLAN: readonly Explanation[] = [];
