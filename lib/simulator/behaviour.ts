import type { ApplianceBehaviour } from '../appliance-facts/index.ts';

/**
 * How the simulator behaves where no document says, or where builds may differ. Each choice is to be corrected when
 * somebody has asked a real appliance: `nspass verify` writes a report, and `--facts` takes it.
 */
export const DEFAULT_BEHAVIOUR: ApplianceBehaviour = {
  'name-characters': true,
  'map-name-characters': true,
  'comment-bytes': true,
  'map-entry-bytes': true,
  'map-entries': true,
  'rule-characters': true,
  'ssl-priority': true,
  'bulk-items': true,
  'page-rows': true,
  'map-key-again': true,
  'map-key-again-drops-comment': true,
  'ssl-policy-set-while-bound': true,
  'sni-concatenation': true,
  'sni-equals-any': true,
  'graceful-at-add': true,
  'member-lists-together': 'both',
  'list-changes-weight': true,
  'batch-reads': true,
  'bindings-in-batches': true,
  'filter-across-maps': true,
  'filter-before-pages': true,
  'filter-number-pattern': true,
  'data-set-networks': true,
  'bulk-continues': true,
  'macro-adds': true,
  'macro-removes': true,
  'state-shown': true,
  'clock-in-seconds': true,
  'policies-in-partition': true,
  'code-exists': 273,
  'code-gone': 258,
  'code-referenced': 1598,
  'code-bound': 810,
  'code-priority-taken': 3041,
  'reset-seen-as': 'reset',
  'forward-without-members': 'reset',
  'forward-untouched': true,
  'hello-in-segments': true,
  'forward-tls13-only': true,
  'forward-with-sni-enabled': true,
  'forward-idle-timeout': 'target',
  'source-at-client-hello': true,
  'proxy-header-sent': true,
  'computed-server': true,
  'noop-before-switching': true,
  'rename-keeps-connections': true,
};

/** Limits of a build whose limit is lower than the documented one. */
export const LOWER_LIMITS = {
  name: 63,
  comment: 127,
  mapEntry: 127,
  mapEntries: 1_000,
  rule: 800,
  sslPriority: 32_000,
  bulk: 100,
  page: 1_000,
} as const;

/** Facts about error codes, with the code that the simulator throws for each. */
const CODES = ['code-exists', 'code-gone', 'code-referenced', 'code-bound', 'code-priority-taken'] as const;

/** Returns the code by which an appliance that behaves so refuses, for one of the simulator's own. */
export function codeOf(behaviour: ApplianceBehaviour, code: number): number {
  const id = CODES.find((one) => DEFAULT_BEHAVIOUR[one] === code);
  return id === undefined ? code : behaviour[id];
}
