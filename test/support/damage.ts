import type { Hand } from './audit.ts';

/**
 * What somebody may do by hand to objects that are marked (LIF-7), each with a number that picks the object.
 */

export const choose = <T>(list: readonly T[], pick: number): T | undefined => list[pick % list.length];

/** Rows of a type, of one system only. */
export async function rowsOf(hand: Hand, type: string, by: string): Promise<Readonly<Record<string, unknown>>[]> {
  return (await hand.rows(type)).filter((row) => /^nsp[-_]/.test(String(row[by])));
}

async function pickName(hand: Hand, type: string, by: string, pick: number): Promise<string | undefined> {
  const row = choose(await rowsOf(hand, type, by), pick);
  return row === undefined ? undefined : String(row[by]);
}

async function pickRow(hand: Hand, maps: RegExp, pick: number) {
  const rows = await rowsOf(hand, 'policystringmap_pattern_binding', 'name');
  return choose(
    rows.filter((row) => maps.test(String(row.name))),
    pick,
  );
}

/** Names of lbvservers that no settings decide about. */
async function plainServers(hand: Hand): Promise<string[]> {
  const rows = await rowsOf(hand, 'lbvserver', 'name');
  return rows.filter((row) => row.lbmethod !== 'ROUNDROBIN').map(({ name }) => String(name));
}

const SERVER_OFF_DEFAULT = [{ lbmethod: 'SOURCEIPHASH' }, { somethod: 'DYNAMICCONNECTION' }, { healththreshold: 50 }];
const GROUP_OFF_DEFAULT = [{ healthmonitor: 'NO' }, { maxclient: 1 }, { healthmonitor: 'NO', maxclient: 7 }];

/** A row of a host that nobody claims, as another row of the map is. */
async function unclaimed(hand: Hand, pick: number, maps: RegExp): Promise<void> {
  const rows = (await rowsOf(hand, 'policystringmap_pattern_binding', 'name')).filter(
    ({ name, key }) => maps.test(String(name)) && /^[a-z*]/.test(String(key)),
  );
  const row = choose(rows, pick);
  if (row !== undefined)
    await hand.setRow(String(row.name), `z${pick}.example.com`, String(row.value), String(row.comment ?? ''));
}

/** What somebody may do. Nothing where there is no such object. */
export const KINDS = {
  'remove a row of a front end': async (hand: Hand, pick: number) => {
    const row = await pickRow(hand, /^nsp_f_/, pick);
    if (row !== undefined)
      await hand.remove('policystringmap_pattern_binding', String(row.name), { key: String(row.key) });
  },
  'remove a row of a ledger': async (hand: Hand, pick: number) => {
    const row = await pickRow(hand, /^nsp_l_/, pick);
    if (row !== undefined)
      await hand.remove('policystringmap_pattern_binding', String(row.name), { key: String(row.key) });
  },
  'point a host elsewhere': async (hand: Hand, pick: number) => {
    const rows = (await rowsOf(hand, 'policystringmap_pattern_binding', 'name')).filter((row) =>
      /^[a-z*]/.test(String(row.key)),
    );
    const [row, other] = [choose(rows, pick), choose(rows, pick + 1)];
    if (row !== undefined && other !== undefined)
      await hand.setRow(String(row.name), String(row.key), String(other.value), String(row.comment));
  },
  'unbind an SSL policy': async (hand: Hand, pick: number) => {
    const row = choose(await rowsOf(hand, 'sslvserver_sslpolicy_binding', 'vservername'), pick);
    if (row !== undefined) await hand.unbind(String(row.vservername), String(row.policyname));
  },
  'remove an SSL policy': async (hand: Hand, pick: number) => {
    const row = choose(
      (await rowsOf(hand, 'sslvserver_sslpolicy_binding', 'vservername')).filter(
        (each) => each.policyname !== 'nsp-reset',
      ),
      pick,
    );
    if (row === undefined) return;
    await hand.unbind(String(row.vservername), String(row.policyname));
    await hand.remove('sslpolicy', String(row.policyname));
  },
  'change a rule': async (hand: Hand, pick: number) => {
    const names = (await rowsOf(hand, 'sslpolicy', 'name')).map(({ name }) => String(name));
    const name = choose(
      names.filter((each) => each !== 'nsp-reset'),
      pick,
    );
    if (name !== undefined) await hand.set('sslpolicy', name, { rule: 'false' });
  },
  'change a server': async (hand: Hand, pick: number) => {
    // Of settings (VAL-13) the ledger knows a digest only: what they decide is not compared.
    const servers = (await rowsOf(hand, 'lbvserver', 'name')).filter((row) => row.lbmethod !== 'ROUNDROBIN');
    const server = choose(servers, pick);
    if (server !== undefined)
      await hand.set('lbvserver', String(server.name), { persistencetype: 'SOURCEIP', clttimeout: 7 });
  },
  'remove a group': async (hand: Hand, pick: number) => {
    const name = await pickName(hand, 'servicegroup', 'servicegroupname', pick);
    if (name !== undefined) await hand.remove('servicegroup', name);
  },
  'remove a member': async (hand: Hand, pick: number) => {
    const row = choose(await rowsOf(hand, 'servicegroup_servicegroupmember_binding', 'servicegroupname'), pick);
    if (row !== undefined)
      await hand.remove('servicegroup_servicegroupmember_binding', String(row.servicegroupname), {
        servername: String(row.servername),
        port: Number(row.port),
      });
  },
  'add a member': async (hand: Hand, pick: number) => {
    const name = await pickName(hand, 'servicegroup', 'servicegroupname', pick);
    if (name !== undefined)
      await hand.add('servicegroup_servicegroupmember_binding', name, { ip: '10.9.9.9', port: 1 + pick });
  },
  'unbind a group': async (hand: Hand, pick: number) => {
    const name = await pickName(hand, 'lbvserver', 'name', pick);
    if (name !== undefined) await hand.remove('lbvserver_servicegroup_binding', name, { servicegroupname: name });
  },
  'remove a front end': async (hand: Hand, pick: number) => {
    const name = await pickName(hand, 'csvserver', 'name', pick);
    if (name !== undefined) await hand.remove('csvserver', name);
  },
  'change a front end': async (hand: Hand, pick: number) => {
    // Only what the graph gives it: other attributes are the operator's.
    const servers = (await rowsOf(hand, 'csvserver', 'name')).filter((row) => row.servicetype === 'SSL');
    const server = choose(servers, pick);
    if (server !== undefined) await hand.set('csvserver', String(server.name), { clttimeout: 7 });
  },
  'unbind a certificate': async (hand: Hand, pick: number) => {
    const name = await pickName(hand, 'sslvserver_sslcertkey_binding', 'vservername', pick);
    if (name !== undefined)
      await hand.remove('sslvserver_sslcertkey_binding', name, { certkeyname: 'nsp-placeholder' });
  },
  'unbind a responder policy': async (hand: Hand, pick: number) => {
    const row = choose(await rowsOf(hand, 'csvserver_responderpolicy_binding', 'name'), pick);
    if (row !== undefined) await hand.unbindResponder(String(row.name), String(row.policyname));
  },
  'change a redirect': async (hand: Hand, pick: number) => {
    const name = await pickName(hand, 'responderaction', 'name', pick);
    if (name !== undefined) await hand.set('responderaction', name, { target: '"https://example.net"' });
  },
  'disable a server': async (hand: Hand, pick: number) => {
    const name = await pickName(hand, 'lbvserver', 'name', pick);
    if (name !== undefined) await hand.disable('lbvserver', name);
  },
  'disable a group': async (hand: Hand, pick: number) => {
    const name = await pickName(hand, 'servicegroup', 'servicegroupname', pick);
    if (name !== undefined) await hand.disable('servicegroup', name);
  },
  'disable a front end': async (hand: Hand, pick: number) => {
    const name = await pickName(hand, 'csvserver', 'name', pick);
    if (name !== undefined) await hand.disable('csvserver', name);
  },
  'disable a member': async (hand: Hand, pick: number) => {
    const row = choose(await rowsOf(hand, 'servicegroup_servicegroupmember_binding', 'servicegroupname'), pick);
    if (row !== undefined)
      await hand.disable('servicegroup', String(row.servicegroupname), {
        servername: String(row.servername),
        port: Number(row.port),
      });
  },
  'bind a monitor more': async (hand: Hand, pick: number) => {
    const name = await pickName(hand, 'servicegroup', 'servicegroupname', pick);
    if (name !== undefined) await hand.add('servicegroup_lbmonitor_binding', name, { monitor_name: 'http' });
  },
  'take a server off its defaults': async (hand: Hand, pick: number) => {
    const server = choose(await plainServers(hand), pick);
    if (server !== undefined) await hand.set('lbvserver', server, choose(SERVER_OFF_DEFAULT, pick) ?? {});
  },
  'give a server a backup': async (hand: Hand, pick: number) => {
    const names = await plainServers(hand);
    const [server, backup] = [choose(names, pick), choose(names, pick + 1)];
    if (server !== undefined && backup !== undefined && backup !== server)
      await hand.set('lbvserver', server, { backupvserver: backup });
  },
  'take a group off its defaults': async (hand: Hand, pick: number) => {
    const servers = await plainServers(hand);
    const name = choose(servers, pick);
    if (name !== undefined) await hand.set('servicegroup', name, choose(GROUP_OFF_DEFAULT, pick) ?? {});
  },
  'let the next policy decide': async (hand: Hand, pick: number) => {
    const row = choose(await rowsOf(hand, 'sslvserver_sslpolicy_binding', 'vservername'), pick);
    if (row !== undefined) await hand.rebind(String(row.vservername), String(row.policyname), 'NEXT');
  },
  'have a policy ask a label': async (hand: Hand, pick: number) => {
    const type = 'sslvserver_sslpolicy_binding';
    const row = choose(await rowsOf(hand, type, 'vservername'), pick);
    if (row === undefined) return;
    const [vserver, policyname] = [String(row.vservername), String(row.policyname)];
    await hand.unbind(vserver, policyname);
    await hand.add(type, vserver, {
      policyname,
      type: 'CLIENTHELLO_REQ',
      priority: Number(row.priority),
      invoke: 'true',
      labeltype: 'policylabel',
      labelname: 'theirs',
    });
  },
  'claim no host of TLS': async (hand: Hand, pick: number) => unclaimed(hand, pick, /^nsp_f_.*_(443|8443)$/),
  'claim no host of redirects': async (hand: Hand, pick: number) => unclaimed(hand, pick, /^nsp_f_.*_80$/),
  'point a host of nobody at nobody': async (hand: Hand, pick: number) => {
    const row = await pickRow(hand, /^nsp_f_/, pick);
    if (row !== undefined) await hand.setRow(String(row.name), `x${pick}.example.com`, 'junk');
  },
  'write a row in capitals': async (hand: Hand, pick: number) => {
    const rows = await rowsOf(hand, 'policystringmap_pattern_binding', 'name');
    const row = choose(
      rows.filter(({ name, key }) => /^nsp_f_/.test(String(name)) && /^[a-z*!]/.test(String(key))),
      pick,
    );
    if (row === undefined) return;
    const [value, comment] = [String(row.value), String(row.comment ?? '')];
    const capitals =
      pick % 2 === 0 ? ([value.toUpperCase(), comment] as const) : ([value, comment.toUpperCase()] as const);
    await hand.setRow(String(row.name), String(row.key), ...capitals);
  },
  'write over a record or a tombstone': async (hand: Hand, pick: number) => {
    const rows = await rowsOf(hand, 'policystringmap_pattern_binding', 'name');
    const row = choose(
      rows.filter(({ name, key }) => /^nsp_l_/.test(String(name)) && /^[IW]/.test(String(key))),
      pick,
    );
    if (row !== undefined) await hand.setRow(String(row.name), String(row.key), 'junk', String(row.comment ?? ''));
  },
  'remove a ledger': async (hand: Hand, pick: number) => {
    const maps = (await rowsOf(hand, 'policystringmap', 'name')).filter(({ name }) => /^nsp_l_/.test(String(name)));
    const map = choose(maps, pick);
    if (map !== undefined) await hand.remove('policystringmap', String(map.name));
  },
} as const;

/** What is said, with the command that undoes it, and left: it is not ours. */
export const FOREIGN = {
  'bind a policy of theirs': async (hand: Hand, pick: number) => {
    const server = choose(
      (await rowsOf(hand, 'csvserver', 'name')).filter((row) => row.servicetype === 'SSL'),
      pick,
    );
    if (server === undefined) return;
    const policyname = `theirs-${pick}`;
    await hand.add('sslpolicy', policyname, { rule: 'client.ip.src.eq(192.0.2.99)', action: 'RESET' });
    await hand.add('sslvserver_sslpolicy_binding', String(server.name), {
      policyname,
      type: 'CLIENTHELLO_REQ',
      priority: 20 + pick,
    });
  },
  'disable a server under members': async (hand: Hand, pick: number) => {
    const row = choose(await rowsOf(hand, 'servicegroup_servicegroupmember_binding', 'servicegroupname'), pick);
    if (row !== undefined) await hand.disable('server', String(row.servername));
  },
} as const;

/** Names of the edits that the audit repairs. */
export const DAMAGE_KINDS = Object.keys(KINDS) as readonly (keyof typeof KINDS)[];
