import type { Finding } from '../contract/index.ts';
import { type FindingCode, finding } from '../ingress/index.ts';

/** A fault of an object: a reason of the Gateway API for its condition, and a finding with the place for its owner. */
export interface GatewayFault {
  /** Value of a condition's `reason`. */
  readonly reason: string;
  readonly finding: Finding;
  /** Message where only some files are known: the object may exist, and is merely not among them. */
  readonly amongFiles?: string;
}

/** Returns a fault, whose finding is in the catalogue. */
export function fault(reason: string, code: FindingCode, detail: Parameters<typeof finding>[1]): GatewayFault {
  return { reason, finding: finding(code, detail) };
}
