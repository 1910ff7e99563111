import type { Nitro } from './client.ts';
import { CERTIFICATE, KEY } from './pem.ts';

/** The smallest body of a kind, and what must exist before. */
export interface Fixture {
  readonly body: Readonly<Record<string, unknown>>;
  readonly prepare?: (nitro: Nitro) => Promise<void>;
}

const lb = (name: string, servicetype = 'HTTP'): Record<string, unknown> => ({ name, servicetype });

/** Fixtures by kind; the required attributes are those of the vendor's NITRO reference. */
export const fixtures: Readonly<Record<string, Fixture>> = {
  csaction: {
    body: { name: 'x', targetlbvserver: 'target' },
    prepare: (nitro) => nitro.need('lbvserver', lb('target')),
  },
  cspolicy: { body: { policyname: 'x', rule: 'true' } },
  csvserver: { body: { name: 'x', servicetype: 'HTTP', ipv46: '192.0.2.10', port: 80 } },
  ipset: { body: { name: 'x' } },
  lbmonitor: { body: { monitorname: 'x', type: 'TCP' } },
  lbvserver: { body: lb('x') },
  netprofile: { body: { name: 'x' } },
  nsacl: { body: { aclname: 'x', aclaction: 'DENY', srcip: true, srcipop: '=', srcipval: '192.0.2.1-192.0.2.9' } },
  nshttpprofile: { body: { name: 'x' } },
  nsip: { body: { ipaddress: '192.0.2.77', netmask: '255.255.255.0' } },
  nspartition: { body: { partitionname: 'x' } },
  nstcpprofile: { body: { name: 'x' } },
  policyexpression: { body: { name: 'x', value: 'HTTP.REQ.HOSTNAME' } },
  policydataset: { body: { name: 'x', type: 'ipv4' } },
  policypatset: { body: { name: 'x' } },
  policystringmap: { body: { name: 'x' } },
  responderaction: { body: { name: 'x', type: 'redirect', target: '"https://a"' } },
  responderpolicy: { body: { name: 'x', rule: 'true', action: 'RESET' } },
  server: { body: { name: 'x', ipaddress: '198.51.100.1' } },
  service: { body: { name: 'x', ip: '198.51.100.1', servicetype: 'HTTP', port: 80 } },
  servicegroup: { body: { servicegroupname: 'x', servicetype: 'HTTP' } },
  sslaction: {
    body: { name: 'x', forward: 'target' },
    prepare: (nitro) => nitro.need('lbvserver', lb('target', 'TCP')),
  },
  sslcertkey: { body: { certkey: 'x', cert: 'x.pem', key: 'x.key' }, prepare: uploadPair },
  sslpolicy: { body: { name: 'x', rule: 'true', action: 'RESET' } },
  sslpolicylabel: { body: { labelname: 'x', type: 'CONTROL' } },
  sslprofile: { body: { name: 'x' } },
  systemcmdpolicy: { body: { policyname: 'x', action: 'ALLOW', cmdspec: '^show .*' } },
  systemuser: { body: { username: 'x', password: 'secret' } },
};

/** A certificate and its key as files of the appliance. */
export async function uploadPair(nitro: Nitro): Promise<void> {
  const file = (filename: string, text: string): Promise<void> =>
    nitro.need('systemfile', {
      filename,
      filelocation: '/nsconfig/ssl/',
      filecontent: Buffer.from(text).toString('base64'),
      fileencoding: 'BASE64',
    });
  await file('x.pem', CERTIFICATE);
  await file('x.key', KEY);
}
