import { isIP } from 'node:net';
import { ApplianceError } from '../errors.ts';
import type { Hooks } from './context.ts';

/** Returns whether all ones come before all zeros. */
function isNetmask(text: string): boolean {
  if (isIP(text) !== 4) return false;
  const bits = text
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(bits);
}

/** IPv4 addresses of the appliance itself; those of IPv6 are another type. */
export const nsip: Hooks = {
  complete(row) {
    if (isIP(String(row.ipaddress)) !== 4) throw new ApplianceError(1110, String(row.ipaddress));
    if (!isNetmask(String(row.netmask))) throw new ApplianceError(1111, String(row.netmask));
    return row;
  },
};
