import type { CatalogueEntry } from './entry.ts';

/** Front-end addresses, ports and settings (VAL-9 to VAL-11, CON-4, CON-5), and objects taken over (LIF-5). */
export const FRONTEND_FINDINGS = {
  FrontendIPForbidden: {
    severity: 'error',
    title: 'Front-end address not allowed',
    rules: ['VAL-9'],
    why: 'The operator of the appliance has listed the ranges of front-end addresses and the ipsets that an Ingress may use.',
    remedy: 'Use an address in the allowed ranges and a listed ipset, or ask the operator to extend them.',
  },
  FrontendIPInvalid: {
    severity: 'error',
    title: 'Invalid front-end address',
    rules: ['VAL-9'],
    why: 'The annotation frontend-ip holds one IPv4 or IPv6 address, without port or prefix length.',
    remedy: 'Write one address, such as 192.0.2.10 or 2001:db8::10.',
  },
  FrontendIPRequired: {
    severity: 'error',
    title: 'Missing front-end address',
    rules: ['VAL-9'],
    why: 'The Ingress names no front-end address, and the appliance has no default VIP.',
    remedy: 'Add the annotation ingress.citrix.com/frontend-ip, or ask the operator to configure a default VIP.',
  },
  FrontendInUse: {
    severity: 'error',
    title: 'Front-end address and port already in use',
    rules: ['CON-4'],
    why: 'A virtual server of somebody else, or one of this system for the other kind of traffic, uses the address and port. It is not changed. The route waits, and the audit programs it within five minutes after the address becomes free.',
    remedy: 'Choose another front-end address or port, or remove the other virtual server.',
  },
  FrontendSettingConflict: {
    severity: 'warning',
    title: 'Conflicting front-end settings',
    rules: ['CON-5'],
    why: 'All Ingresses on a front end share its settings (csvserver attributes, ipset). The oldest Ingress decides.',
    remedy: 'Write the same settings in all Ingresses of the front end, or only in the oldest.',
  },
  ObjectTakenOver: {
    severity: 'warning',
    title: 'Object without its ownership mark',
    rules: ['LIF-5'],
    why: 'An object that this system created for the Ingress no longer has our mark in its comment, so somebody took it over. It is neither changed nor removed.',
    remedy:
      'If this was a mistake, restore the comment of the object, or remove the object: it is created again. If somebody uses the object, rename it.',
  },
  PortInvalid: {
    severity: 'error',
    title: 'Invalid port',
    rules: ['VAL-10'],
    why: 'secure-port and insecure-port are numbers from 1 to 65535, and must differ.',
    remedy: 'Write a port number from 1 to 65535.',
  },
  RedirectUnavailable: {
    severity: 'warning',
    title: 'Redirect port already in use',
    rules: ['VAL-11'],
    why: 'A virtual server of somebody else, or one of this system that passes TLS through, uses the port for plain HTTP, so the redirect is not programmed; TLS is. Once the port is free, the redirect follows with the next scheduled snapshot, within 15 minutes by default, or with a change of the Ingress.',
    remedy: 'Choose another insecure-port, or remove the other virtual server.',
  },
} as const satisfies Record<string, CatalogueEntry>;
