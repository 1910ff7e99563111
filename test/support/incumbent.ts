import type { ItemResult, NitroItem, NitroWriter } from '../../lib/nitro/index.ts';
import { CERTIFICATE, KEY } from '../conformance/simulator/pem.ts';

/**
 * What the vendor's controller makes for passthrough, as its documents and logs show it: an SSL csvserver of the name
 * `k8s-<vip>_<port>_ssl`, and for each Service a balancing server and a group of the name
 * `k8s-<ingress>_<namespace>_<port>_k8s-<service>_<namespace>_<port>_svc`. How it tells hosts apart is not documented (V):
 * SSL policies that forward, one for each host, are the only means that the appliance has.
 */
export interface IncumbentOptions {
  readonly prefix?: string;
  readonly vip?: string;
  readonly port?: number;
  readonly hosts: readonly IncumbentHost[];
  /** Type of the balancing servers (default: `TCP`). */
  readonly targetType?: string;
  /** Priority of the first policy; the others follow in steps of 10 (default: 10). */
  readonly firstPriority?: number;
  /** A last policy that resets what is left. */
  readonly closes?: boolean;
}

export interface IncumbentHost {
  readonly host: string;
  readonly ingress: string;
  readonly service?: string;
  readonly members?: readonly string[];
  /** Rule of its policy (default: equality with the host, or the end of the name). */
  readonly rule?: string;
}

const SNI = 'CLIENT.SSL.CLIENT_HELLO.SNI';

/** Returns the name of the objects of a host's back end. */
function targetName({ ingress, service = 'web' }: IncumbentHost, prefix = 'k8s'): string {
  return `${prefix}-${ingress}_default_443_k8s-${service}_default_443_svc`;
}

/** Returns the rule of a host's policy. */
const ruleOf = (host: string): string =>
  host.startsWith('*') ? `${SNI}.ENDSWITH("${host.slice(1)}")` : `${SNI}.EQ("${host}")`;

/** Makes the incumbent's objects. @returns the name of its csvserver. */
export async function makeIncumbent(writer: NitroWriter, options: IncumbentOptions): Promise<string> {
  const { prefix = 'k8s', vip = '192.0.2.10', port = 443, targetType = 'TCP', firstPriority = 10 } = options;
  const server = `${prefix}-${vip}_${port}_ssl`;
  const certificate = `${prefix}-7OKGABPEZVZBWCDCQOJ2VC3Z2VM`;
  const add = async (items: readonly NitroItem[]): Promise<void> => accepted(await writer.add(items));
  await writer.upload([
    { name: `${certificate}.crt`, location: '/nsconfig/ssl/', content: CERTIFICATE },
    { name: `${certificate}.key`, location: '/nsconfig/ssl/', content: KEY },
  ]);
  const certkey = { certkey: certificate, cert: `${certificate}.crt`, key: `${certificate}.key` };
  await add([{ type: 'sslcertkey', body: certkey }]).catch(() => undefined);
  await add([{ type: 'csvserver', body: { name: server, servicetype: 'SSL', ipv46: vip, port } }]);
  await add([{ type: 'sslvserver_sslcertkey_binding', body: { vservername: server, certkeyname: certificate } }]);
  const targets = new Map(options.hosts.map((host) => [targetName(host, prefix), host]));
  await add([...targets.keys()].map((name) => ({ type: 'lbvserver', body: { name, servicetype: targetType } })));
  await add(
    [...targets.keys()].map((name) => ({
      type: 'servicegroup',
      body: { servicegroupname: name, servicetype: targetType },
    })),
  );
  await add(
    [...targets.keys()].map((name) => ({
      type: 'lbvserver_servicegroup_binding',
      body: { name, servicegroupname: name },
    })),
  );
  await add(
    [...targets].flatMap(([servicegroupname, { members = ['10.1.0.1'] }]) =>
      members.map((ip) => ({
        type: 'servicegroup_servicegroupmember_binding',
        body: { servicegroupname, ip, port: 8443 },
      })),
    ),
  );
  await add([...targets.keys()].map((name) => ({ type: 'sslaction', body: { name, forward: name } })));
  const policies = options.hosts.map((host, index) => ({
    name: `${prefix}-${vip}_${port}_ssl_${index}`,
    rule: host.rule ?? ruleOf(host.host),
    action: targetName(host, prefix),
  }));
  if (options.closes === true)
    policies.push({ name: `${prefix}-${vip}_${port}_ssl_rest`, rule: 'true', action: 'RESET' });
  await add(policies.map((body) => ({ type: 'sslpolicy', body })));
  await add(
    policies.map(({ name }, index) => ({
      type: 'sslvserver_sslpolicy_binding',
      body: { vservername: server, policyname: name, priority: firstPriority + index * 10, type: 'CLIENTHELLO_REQ' },
    })),
  );
  return server;
}

function accepted(results: readonly ItemResult[]): void {
  const failed = results.find((result) => result !== undefined);
  if (failed !== undefined) throw failed;
}
