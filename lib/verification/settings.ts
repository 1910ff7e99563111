/** An object that a probe makes. */
export interface ProbeObject {
  readonly type: string;
  readonly name: string;
  /** Says what is bound to it. */
  readonly detail?: string;
  /** The probe itself removes it, because the removal answers a question. */
  readonly removed?: true;
}

/** An address and a port of the appliance that nothing else uses. */
export interface FreeFrontEnd {
  readonly address: string;
  readonly port: number;
}

/** What the user lends to the probe beside the NITRO API. */
export interface VerificationSettings {
  readonly frontEnd?: FreeFrontEnd;
  /** Address of this machine by which the appliance reaches it. */
  readonly backEndAddress?: string;
  /** Whether the session is in an admin partition. */
  readonly partition: boolean;
}
