import { describe, expect, it } from 'vitest';
import { gatewayAnswer } from '../../../../lib/forwarder/feedback/gateway-answer.ts';
import { finding } from '../../../../lib/ingress/index.ts';

const TLS = { ip: '192.0.2.10', port: 443 };
const HTTP = { ip: '192.0.2.10', port: 80 };
const NOTHING = { addresses: [], listeners: new Set() };
const FORBIDDEN = finding('FrontendIPForbidden', { message: 'outside' });
const REQUIRED = finding('FrontendIPRequired', { message: 'no address' });

describe('GW-13: what an outcome says about a Gateway', () => {
  it.each([
    [
      'programmed: each address once, and its listeners',
      'Gateway Programmed',
      { programmed: [TLS, HTTP], listeners: ['tls', 'http'], findings: [] },
      { addresses: ['192.0.2.10'], listeners: new Set(['tls', 'http']) },
    ],
    [
      'programmed, but for an address',
      'Gateway Programmed',
      { programmed: [TLS], listeners: ['tls'], findings: [REQUIRED, FORBIDDEN] },
      { addresses: ['192.0.2.10'], listeners: new Set(['tls']), refusal: 'outside' },
    ],
    ['rejected', 'Gateway Rejected', { programmed: [], findings: [FORBIDDEN] }, { ...NOTHING, refusal: 'outside' }],
    ['rejected without a wish', 'Gateway Rejected', { programmed: [], findings: [REQUIRED] }, NOTHING],
    ['removed', 'Gateway Removed', { programmed: [], findings: [] }, NOTHING],
    ['failed: nothing new', 'Gateway Failed', { programmed: [], findings: [] }, undefined],
    ['of a TLSRoute', 'TLSRoute Programmed', { programmed: [TLS], findings: [] }, undefined],
  ])('%s', (_what, detailType, data, expected) => {
    expect(gatewayAnswer({ detailType, data })).toEqual(expected);
  });
});
