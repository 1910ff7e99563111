import type { Fact } from './fact.ts';

const REFUSED = 'The object is refused, and its Ingress is reported as failed.';
const LIMITS = 'lib/netscaler/limits.ts';

/** Sizes that the product assumes. */
export const LIMIT_FACTS = {
  'name-characters': {
    statement: 'A name may have 127 characters.',
    values: 'yes-no',
    expected: true,
    otherwise: REFUSED,
    usedIn: LIMITS,
  },
  'map-name-characters': {
    statement: 'The name of a string map may have 127 characters.',
    values: 'yes-no',
    expected: true,
    otherwise: REFUSED,
    usedIn: LIMITS,
  },
  'comment-bytes': {
    statement: 'A comment may have 255 bytes.',
    values: 'yes-no',
    expected: true,
    otherwise: REFUSED,
    usedIn: LIMITS,
  },
  'map-entry-bytes': {
    statement: 'Key and value of a string map may each have 255 bytes.',
    values: 'yes-no',
    expected: true,
    otherwise: 'Hosts of 253 characters and rows of the ledger are refused.',
    usedIn: LIMITS,
  },
  'map-entries': {
    statement: 'A string map takes 2,000 entries.',
    values: 'yes-no',
    expected: true,
    otherwise: 'A front end takes fewer hosts: the others are refused with 1072, and an alarm says so.',
    usedIn: 'lib/netscaler/frontend.ts',
  },
  'rule-characters': {
    statement: 'The rule of an SSL policy may have 1,499 characters.',
    values: 'yes-no',
    expected: true,
    otherwise: 'Many-label wildcards are refused: the rule of their gate is the longest.',
    usedIn: LIMITS,
  },
  'ssl-priority': {
    statement: 'An SSL policy can be bound at priority 64,000.',
    values: 'yes-no',
    expected: true,
    otherwise: 'No TLS front end can be made: its closing reset is bound there.',
    usedIn: 'lib/netscaler/tiers.ts',
  },
  'bulk-items': {
    statement: 'One call may write 500 rows.',
    values: 'yes-no',
    expected: true,
    otherwise: 'The rows are sent again, one call for each.',
    usedIn: 'lib/nitro/bulk.ts',
  },
  'page-rows': {
    statement: 'A page may have 12,000 rows.',
    values: 'yes-no',
    expected: true,
    otherwise: 'Long lists are read whole, in one answer.',
    usedIn: 'lib/nitro/client.ts',
  },
} as const satisfies Readonly<Record<string, Fact>>;
