import type { ExpiryStage } from '../../certificates/index.ts';
import type { RouteState } from '../../status/index.ts';
import type { ConsoleChange, ConsoleQueue, DriftItem, PathLink } from '../api.ts';

/** Severity that a colour stands for. The shape and the text beside it say the same. */
export type Tone = 'good' | 'bad' | 'warning' | 'quiet';
export type Shape = 'disc' | 'cross' | 'triangle' | 'ring' | 'arrow' | 'diamond' | 'plus' | 'minus' | 'swap';

/** A state as people read it. */
export interface StatusWord {
  readonly label: string;
  readonly tone: Tone;
  readonly shape: Shape;
}

/** A state of routes, with what it means for clients. */
export interface StateWord extends StatusWord {
  readonly meaning: string;
  /** Next step; absent where nothing is wrong. */
  readonly remedy?: string;
}

export const STATE_WORDS: Readonly<Record<RouteState, StateWord>> = {
  serving: { label: 'Serving', tone: 'good', shape: 'disc', meaning: 'A member is up.' },
  down: {
    label: 'Down',
    tone: 'bad',
    shape: 'triangle',
    meaning: 'The back end has members, and none is up: connections fail.',
    remedy: 'Check that the pods listen, and that the appliance reaches their addresses.',
  },
  empty: {
    label: 'Empty',
    tone: 'warning',
    shape: 'ring',
    meaning: 'The back end has no member: connections are reset.',
    remedy: 'Check that the Service selects ready pods.',
  },
  redirect: { label: 'Redirect', tone: 'quiet', shape: 'arrow', meaning: 'Plain HTTP is redirected to https.' },
  unbound: {
    label: 'Unbound',
    tone: 'bad',
    shape: 'cross',
    meaning: 'The host is claimed, and no row of the appliance leads to its back end.',
    remedy: 'Run nspass doctor: the change may still be on its way, or its write failed.',
  },
  stray: {
    label: 'Stray',
    tone: 'warning',
    shape: 'diamond',
    meaning: 'A row of the appliance that no claim explains.',
    remedy: 'See drift. The next audit requests the repair.',
  },
};

/** States in the order in which they are listed. */
export const STATES = Object.keys(STATE_WORDS) as readonly RouteState[];

/** What else routes can be filtered by. */
export type RouteTrait = 'pending' | 'draining' | 'findings' | 'standby' | 'expiring';

/** What a list of routes is narrowed to. */
export type RouteFilter = RouteState | RouteTrait;

export const TRAIT_WORDS: Readonly<Record<RouteTrait, string>> = {
  pending: 'Unfinished',
  draining: 'Draining',
  findings: 'With findings',
  standby: 'Claimed twice',
  expiring: 'Certificates to renew',
};

export const TRAITS = Object.keys(TRAIT_WORDS) as readonly RouteTrait[];

export const isFilter = (text: string): text is RouteFilter =>
  Object.hasOwn(STATE_WORDS, text) || Object.hasOwn(TRAIT_WORDS, text);

/** Certificates by how near their expiry is: within 3 days, clients are about to fail. */
export const EXPIRY_WORDS: Readonly<Record<ExpiryStage | 'unseen', StatusWord>> = {
  expired: { label: 'Expired', tone: 'bad', shape: 'cross' },
  3: { label: 'Within 3 days', tone: 'bad', shape: 'triangle' },
  14: { label: 'Within 14 days', tone: 'warning', shape: 'triangle' },
  30: { label: 'Within 30 days', tone: 'warning', shape: 'ring' },
  unseen: { label: 'Not seen', tone: 'warning', shape: 'diamond' },
};

export const DRIFT_WORDS: Readonly<Record<DriftItem['kind'], StatusWord>> = {
  drift: { label: 'Drift', tone: 'bad', shape: 'swap' },
  due: { label: 'Due', tone: 'warning', shape: 'ring' },
  warning: { label: 'Warning', tone: 'warning', shape: 'triangle' },
};

export const CHANGE_WORDS: Readonly<Record<ConsoleChange['what'], StatusWord>> = {
  programmed: { label: 'Programmed', tone: 'good', shape: 'plus' },
  pending: { label: 'Pending', tone: 'warning', shape: 'ring' },
  changed: { label: 'Changed', tone: 'good', shape: 'disc' },
  removed: { label: 'Removed', tone: 'quiet', shape: 'minus' },
  waiting: { label: 'Waiting', tone: 'warning', shape: 'diamond' },
  'took over': { label: 'Took over', tone: 'good', shape: 'swap' },
};

export const QUEUE_WORDS: Readonly<Record<ConsoleQueue['kind'], string>> = {
  work: 'Work',
  'dead-letters': 'Dead letters',
  parking: 'Parked',
  outcomes: 'Outcomes',
  undelivered: 'Undelivered',
};

export const LINK_WORDS: Readonly<Record<PathLink['kind'], string>> = {
  client: 'Client',
  frontend: 'Front end',
  host: 'Host row',
  backend: 'Back end',
};

/** Returns the word of a member: the appliance's own, with a tone and a shape. */
export function memberWord(state: string): StatusWord {
  if (state === 'UP') return { label: 'UP', tone: 'good', shape: 'disc' };
  if (state.includes('OUT OF SERVICE')) return { label: state, tone: 'warning', shape: 'ring' };
  return { label: state, tone: 'bad', shape: 'triangle' };
}
