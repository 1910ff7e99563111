/** The addresses of an outcome. */
export interface AddressChange {
  readonly programmed: readonly { readonly ip: string }[];
  readonly removed: readonly { readonly ip: string }[];
}

/**
 * Returns the addresses of the status − removed + programmed (REP-1). An address stays as long as one of its ports
 * does; addresses of other appliances and controllers stay.
 *
 * @param there addresses in `status.loadBalancer.ingress`, in their order.
 */
export function changeStatus(there: readonly string[], { programmed, removed }: AddressChange): string[] {
  const now = new Set(programmed.map(({ ip }) => ip));
  const gone = new Set(removed.map(({ ip }) => ip).filter((ip) => !now.has(ip)));
  return [...new Set([...there.filter((ip) => !gone.has(ip)), ...now])];
}
