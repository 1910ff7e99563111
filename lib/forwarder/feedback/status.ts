/** Addresses that an outcome names. */
export interface AddressChange {
  readonly programmed: readonly { readonly ip: string }[];
  readonly removed: readonly { readonly ip: string }[];
}

/**
 * REP-1: what is there − removed + programmed. An address stays as long as one of its ports does, and those of other
 * appliances and other controllers are not touched.
 *
 * @param there addresses in `status.loadBalancer.ingress`, in their order.
 */
export function changeStatus(there: readonly string[], { programmed, removed }: AddressChange): string[] {
  const now = new Set(programmed.map(({ ip }) => ip));
  const gone = new Set(removed.map(({ ip }) => ip).filter((ip) => !now.has(ip)));
  return [...new Set([...there.filter((ip) => !gone.has(ip)), ...now])];
}
