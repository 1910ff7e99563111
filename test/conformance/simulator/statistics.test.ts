import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, bench, type Nitro } from './client.ts';

/** Sources: the vendor's statistics reference as summed up in the protocol sheet, section 5. */
let world: Bench;
let nitro: Nitro;
beforeEach(async () => {
  world = await bench({
    now: () => Date.parse('2026-03-01T12:00:00Z'),
    config: `add server web1 198.51.100.1
add serviceGroup g TCP
bind serviceGroup g web1 443
add lb vserver v TCP 192.0.2.1 443
bind lb vserver v g
add cs vserver c HTTP 192.0.2.2 80
add service s 198.51.100.2 TCP 80
`,
  });
  nitro = world.nitro;
});
afterEach(() => world.stop());

const stat = async (path: string): Promise<unknown> => {
  const reply = await nitro.raw('GET', `stat/${path}`);
  return reply.status === 200 ? reply.body[path.replace(/[/?].*/, '')] : reply.body.errorcode;
};

describe('statistics', () => {
  it.each<[string, unknown]>([
    [
      'lbvserver',
      [
        {
          name: 'v',
          state: 'DOWN',
          primaryipaddress: '192.0.2.1',
          primaryport: 443,
          tothits: '0',
          vslbhealth: '0',
          actsvcs: '0',
          inactsvcs: '1',
        },
      ],
    ],
    ['lbvserver/v', [{ name: 'v', type: 'TCP', establishedconn: '0', totalrequestbytes: '0' }]],
    ['csvserver/c', [{ name: 'c', state: 'UP' }]],
    ['servicegroup/g', [{ servicegroupname: 'g', state: 'DOWN', servicetype: 'TCP' }]],
    [
      'servicegroup/g?statbindings=yes',
      [{ servicegroupmember: [{ primaryipaddress: '198.51.100.1', primaryport: 443, state: 'DOWN' }] }],
    ],
    [
      'servicegroupmember?args=servicegroupname:g,ip:198.51.100.1,port:443',
      [{ servicegroupname: 'g', state: 'DOWN', curclntconnections: '0' }],
    ],
    ['servicegroupmember?args=servicegroupname:g,servername:web1', [{ primaryport: 443 }]],
    ['service/s', [{ name: 's', state: 'DOWN', primaryipaddress: '198.51.100.2' }]],
    ['hanode', { hacurstatus: 'NO', hacurmasterstate: 'Primary', hacurstate: 'UP', hatotpktrx: '0' }],
    ['system', { starttime: 'Sun Mar  1 12:00:00 2026', timesincestart: '0 days, 00:00:00' }],
    ['ns', { hacurmasterstate: 'Primary', starttime: 'Sun Mar  1 12:00:00 2026' }],
    ['nsglobalcntr?args=counters:sys_cur_duration_sincestart;other', { sys_cur_duration_sincestart: '0', other: '0' }],
  ])('%s', async (path, expected) => {
    expect(await stat(path)).toMatchObject(expected as object);
  });

  it.each<[string, number]>([
    ['lbvserver/none', 258],
    ['servicegroup/none', 258],
    ['servicegroupmember?args=servicegroupname:g,port:1', 258],
    [`nsglobalcntr?args=counters:${Array.from({ length: 13 }, (_, n) => `c${n}`).join(';')}`, 1112],
    ['nosuch', 1232],
  ])('%s: %i', async (path, errorcode) => {
    expect(await stat(path)).toBe(errorcode);
  });

  it('a list without rows lacks its key, and nothing is written under stat', async () => {
    await nitro.delete('service/s');
    expect((await nitro.raw('GET', 'stat/service')).body).toEqual({ errorcode: 0, message: 'Done', severity: 'NONE' });
    expect((await nitro.raw('POST', 'stat/lbvserver', '{}')).status).toBe(405);
  });
});
