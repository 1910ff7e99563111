import { describe, expect, it } from 'vitest';
import { GATEWAY_CORPUS } from '../../corpus/gateway.ts';
import { judged, renderStatus } from '../../corpus/gateway-case.ts';

describe.each(Object.entries(GATEWAY_CORPUS))('corpus of the Gateway API: %s', (_, cases) => {
  it.each(cases.map((entry) => [`${entry.rule}: ${entry.name}`, entry] as const))('%s', (_name, entry) => {
    expect(renderStatus(entry, judged(entry).judgement)).toEqual(entry.status);
  });
});
