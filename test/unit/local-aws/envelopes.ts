import type { Envelope } from '../../../lib/local-aws/envelope.ts';

/** An event with this id, at so many seconds since the epoch. */
export function envelope(id: string, seconds = 0, more: Partial<Envelope> = {}): Envelope {
  return {
    version: '0',
    id,
    'detail-type': 'Ingress Changed',
    source: 'nspass.forwarder',
    account: '000000000000',
    time: `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`,
    region: 'eu-central-1',
    resources: [],
    detail: { id },
    ...more,
  };
}
