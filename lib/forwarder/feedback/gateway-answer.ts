import type { EventData } from '../../contract/index.ts';
import type { GatewayConfirmation } from '../../gateway/index.ts';

/** Findings that keep an appliance from using an address that a Gateway requests. */
const ADDRESS_FINDINGS: ReadonlySet<string> = new Set([
  'FrontendInUse',
  'FrontendIPForbidden',
  'GatewayAddressInvalid',
]);

const ANSWERS: ReadonlySet<string> = new Set(['Gateway Programmed', 'Gateway Rejected', 'Gateway Removed']);

/** An outcome as a statement about a Gateway. */
export interface GatewayOutcome {
  readonly detailType: string;
  readonly data: Pick<EventData<'Gateway Programmed'>, 'programmed' | 'listeners' | 'findings'>;
}

/**
 * Returns what an outcome says about a Gateway (GW-13).
 *
 * | outcome | answer |
 * |---|---|
 * | `Gateway Programmed` | its addresses and listeners, and why an address cannot be used |
 * | `Gateway Rejected` | no address, and why |
 * | `Gateway Removed` | no address: a status of an earlier leader must not be believed any more |
 * | any other, also `Gateway Failed` | nothing new |
 */
export function gatewayAnswer({ detailType, data }: GatewayOutcome): GatewayConfirmation | undefined {
  if (!ANSWERS.has(detailType)) return undefined;
  const refusal = data.findings.find(({ code }) => ADDRESS_FINDINGS.has(code))?.message;
  return {
    addresses: [...new Set(data.programmed.map(({ ip }) => ip))],
    listeners: new Set(data.listeners),
    ...(refusal === undefined ? {} : { refusal }),
  };
}
