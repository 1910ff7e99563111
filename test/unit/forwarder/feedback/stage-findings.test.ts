import { describe, expect, it } from 'vitest';
import { FindingsLog } from '../../../../lib/forwarder/feedback/findings-log.ts';
import { StageFindings } from '../../../../lib/forwarder/feedback/stage-findings.ts';
import { memoryReporter } from '../../../../lib/forwarder/index.ts';
import { finding } from '../../../../lib/ingress/index.ts';
import { silentLog } from '../../../../lib/telemetry/index.ts';

describe('findings of the forwarder itself', () => {
  const record = () => {
    const events: string[] = [];
    const findings: string[] = [];
    const reporter = memoryReporter({
      event: ({ name }, { reason }) => events.push(`${name} ${reason}`),
      finding: ({ name }, { code }) => findings.push(`${name} ${code}`),
    });
    return { events, findings, stages: new StageFindings(new FindingsLog(), reporter, silentLog) };
  };

  it('REP-2: an Ingress that is too large → an Event, and a finding for those who show no Events', async () => {
    const { events, findings, stages } = record();
    stages.reportFit('shop/huge', 'its event would have 579615 bytes');
    stages.reportFit('shop/huge', 'its event would have 579615 bytes');
    await expect.poll(() => events).toEqual(['huge IngressTooLarge']);
    expect(findings).toEqual(['huge IngressTooLarge']);
    stages.reportFit('shop/huge', undefined);
    await expect.poll(() => events).toEqual(['huge IngressTooLarge', 'huge Resolved']);
    expect(findings).toEqual(['huge IngressTooLarge']);
  });

  it('REP-2: findings of the selection → an Event alone, because every view shows them itself', async () => {
    const { events, findings, stages } = record();
    stages.report('shop/web', 'selection', [finding('InvalidAnnotation', { message: 'x' })]);
    await expect.poll(() => events).toEqual(['web InvalidAnnotation']);
    expect(findings).toEqual([]);
  });
});
