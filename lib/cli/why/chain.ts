import { answersNitro, hasMembers, isHolder, isProgrammed, isRecorded } from './appliance-links.ts';
import { answersChallenges } from './challenge-link.ts';
import { exists, isSelected, isValid } from './ingress-links.ts';
import type { WhyInput } from './input.ts';
import type { Judgement } from './judgement.ts';
import { shakesHands } from './probe-link.ts';
import { isDelivered } from './queue-link.ts';

/** One link of the chain. */
export interface WhyStep extends Judgement {
  readonly step:
    | 'ingress'
    | 'selected'
    | 'valid'
    | 'appliance'
    | 'holder'
    | 'queue'
    | 'recorded'
    | 'programmed'
    | 'challenges'
    | 'members'
    | 'probe';
}

/** Returns undefined where there is nothing to say. */
type Link = (input: WhyInput) => Judgement | undefined;

const LINKS: readonly (readonly [WhyStep['step'], Link])[] = [
  ['ingress', exists],
  ['selected', isSelected],
  ['valid', isValid],
  ['appliance', answersNitro],
  ['holder', isHolder],
  ['queue', isDelivered],
  ['recorded', isRecorded],
  ['programmed', isProgrammed],
  ['challenges', answersChallenges],
  ['members', hasMembers],
  ['probe', shakesHands],
];

/**
 * Walks from the Ingress or TLSRoute to the client, and says for each link whether it holds. A link behind a broken one is left out:
 * nothing can be said of it. Challenges are over plain HTTP, so that they break nothing behind them. Pure.
 */
export function walk(input: WhyInput): WhyStep[] {
  const steps: WhyStep[] = [];
  for (const [step, judge] of LINKS) {
    const judged = judge(input);
    if (judged === undefined) continue;
    steps.push({ step, ...judged });
    if (judged.result === 'failed' && step !== 'challenges') break;
  }
  return steps;
}
