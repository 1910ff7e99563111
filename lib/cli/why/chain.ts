import { answersNitro, hasMembers, isHolder, isProgrammed, isRecorded } from './appliance-links.ts';
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
    | 'members'
    | 'probe';
}

const LINKS: readonly (readonly [WhyStep['step'], (input: WhyInput) => Judgement])[] = [
  ['ingress', exists],
  ['selected', isSelected],
  ['valid', isValid],
  ['appliance', answersNitro],
  ['holder', isHolder],
  ['queue', isDelivered],
  ['recorded', isRecorded],
  ['programmed', isProgrammed],
  ['members', hasMembers],
  ['probe', shakesHands],
];

/**
 * Walks from the Ingress or TLSRoute to the client, and says for each link whether it holds. A link behind a broken one is left out:
 * nothing can be said of it. Pure.
 */
export function walk(input: WhyInput): WhyStep[] {
  const steps: WhyStep[] = [];
  for (const [step, judge] of LINKS) {
    const judged = { step, ...judge(input) };
    steps.push(judged);
    if (judged.result === 'failed') break;
  }
  return steps;
}
