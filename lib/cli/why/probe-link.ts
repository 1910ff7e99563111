import type { WhyInput } from './input.ts';
import { failed, type Judgement, ok, unseen } from './judgement.ts';

export function shakesHands({ probes, now }: WhyInput): Judgement {
  if (typeof probes === 'string') return unseen(probes);
  const bad = probes.find((probe) => probe.result !== 'certificate');
  if (bad !== undefined) {
    return failed(
      `a TLS handshake with ${bad.address} ${bad.result === 'reset' ? 'was reset' : `failed: ${bad.reason}`}`,
      'Everything before it holds: look at what stands between this machine and the VIP, and at the back end’s own log.',
    );
  }
  const expired = probes.find((probe) => probe.result === 'certificate' && probe.notAfter < now);
  if (expired?.result === 'certificate') {
    return failed(
      `the back end’s certificate (${expired.subject}) expired on ${day(expired.notAfter)}`,
      'Renew it in the pod: with passthrough the back end holds its own certificate.',
    );
  }
  const [first] = probes;
  if (first?.result !== 'certificate') return unseen('no VIP was probed');
  return ok(`${first.address} answers with the certificate ${first.subject}, valid until ${day(first.notAfter)}`);
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
