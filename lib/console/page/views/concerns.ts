import { EXPIRY_REMEDY } from '../../../certificates/expiry.ts';
import type { ConsoleOverview, ConsoleQueue } from '../../api.ts';
import { counted } from '../format.ts';
import { fragmentOf, routesFragment } from '../location.ts';
import { EXPIRY_WORDS, STATE_WORDS, STATES, type StatusWord } from '../words.ts';

/** Something that a person should look at. */
export interface Concern {
  readonly word: StatusWord;
  /** Where the page shows it. */
  readonly href: string | undefined;
  readonly remedy: string;
}

/** Returns what needs attention, what harms clients first. */
export function concerns(overview: ConsoleOverview): Concern[] {
  return [
    ...stateConcerns(overview),
    ...certificateConcerns(overview),
    ...recordConcerns(overview),
    ...queueConcerns(overview),
  ].sort((a, b) => Number(b.word.tone === 'bad') - Number(a.word.tone === 'bad'));
}

function stateConcerns({ states }: ConsoleOverview): Concern[] {
  return STATES.flatMap((state) => {
    const { label, tone, shape, meaning, remedy } = STATE_WORDS[state];
    if (remedy === undefined || states[state] === 0) return [];
    const text = `${counted(states[state], 'route')} ${label.toLowerCase()}`;
    return [{ word: { label: text, tone, shape }, href: routesFragment(state), remedy: `${meaning} ${remedy}` }];
  });
}

/** Certificates by what is said of them, the most urgent first. */
const EXPIRIES = [
  ['expired', 'expired'],
  [3, 'expiring within 3 days'],
  [14, 'expiring within 14 days'],
  [30, 'expiring within 30 days'],
  ['unseen', 'not seen'],
] as const;

function certificateConcerns({ certificates }: ConsoleOverview): Concern[] {
  if (certificates === undefined) return [];
  return EXPIRIES.flatMap(([stage, text]) => {
    if (certificates[stage] === 0) return [];
    return [
      {
        word: { ...EXPIRY_WORDS[stage], label: `${counted(certificates[stage], 'certificate')} ${text}` },
        href: routesFragment('expiring'),
        remedy:
          stage === 'unseen'
            ? 'The handshake with the VIP failed: check the members, and that this machine reaches the VIP.'
            : EXPIRY_REMEDY,
      },
    ];
  });
}

function recordConcerns({ conflicts, drift = 0, pending }: ConsoleOverview): Concern[] {
  const found: Concern[] = [];
  if (drift > 0) {
    found.push({
      word: { label: counted(drift, 'difference'), tone: 'warning', shape: 'swap' },
      href: fragmentOf({ view: 'drift' }),
      remedy: 'The appliance differs from its ledger. The next audit requests the repair.',
    });
  }
  if (conflicts > 0) {
    found.push({
      word: { label: counted(conflicts, 'conflict'), tone: 'warning', shape: 'diamond' },
      href: fragmentOf({ view: 'conflicts', page: 1 }),
      remedy: 'Several Ingresses claim the same host. The oldest holds it.',
    });
  }
  if (pending > 0) {
    found.push({
      word: { label: `${counted(pending, 'Ingress', 'Ingresses')} unfinished`, tone: 'warning', shape: 'ring' },
      href: routesFragment('pending'),
      remedy: 'Their record is not complete yet. If this does not pass, run nspass doctor.',
    });
  }
  return found;
}

/** Queues that are empty when all is well. */
const QUEUE_REMEDIES: Readonly<Partial<Record<ConsoleQueue['kind'], string>>> = {
  'dead-letters': 'These messages failed repeatedly. The function dead-letter parks them.',
  parking: 'These events could not be used. Follow the runbook for poison events.',
  undelivered: 'EventBridge could not deliver these events. Check the policy of the queue.',
};

function queueConcerns({ queues }: ConsoleOverview): Concern[] {
  if (queues === undefined || typeof queues === 'string') return [];
  return queues.flatMap(({ name, kind, waiting }) => {
    const remedy = QUEUE_REMEDIES[kind];
    if (remedy === undefined || waiting === 0) return [];
    return [
      {
        word: { label: `${counted(waiting, 'message')} in ${name}`, tone: 'bad', shape: 'cross' },
        href: undefined,
        remedy,
      },
    ];
  });
}
