import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../../../lib/nitro/self-signed.ts';
import { type Bench, bench, type Nitro } from './client.ts';

/** Attributes of rows and statistics that nobody set. */
const NOW = Date.parse('2026-03-01T12:00:00Z');
let now = NOW;
let world: Bench;
let nitro: Nitro;
beforeEach(async () => {
  now = NOW;
  world = await bench({ now: () => now });
  nitro = world.nitro;
});
afterEach(() => world.stop());

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const upload = (filename: string, text: string, filelocation = '/nsconfig/ssl'): Promise<void> =>
  nitro.need('systemfile', { filename, filelocation, filecontent: base64(text), fileencoding: 'BASE64' });
const service = { name: 's', ip: '198.51.100.1', servicetype: 'HTTP', port: 80 };
const stat = async (path: string): Promise<Record<string, unknown>> => {
  const { body } = await nitro.raw('GET', `stat/${path}`);
  const found = body[path.replace(/[/?].*$/, '')];
  return (Array.isArray(found) ? found[0] : found) as Record<string, unknown>;
};

describe('files', () => {
  it('a file named in args has its content, a listed file has not', async () => {
    await upload('a.txt', 'hello');
    const whole = {
      filename: 'a.txt',
      filelocation: '/nsconfig/ssl',
      filecontent: base64('hello'),
      fileencoding: 'BASE64',
    };
    const args = 'filelocation:%2Fnsconfig%2Fssl';
    expect(await nitro.rows(`systemfile?args=filename:a.txt,${args}`)).toMatchObject([whole]);
    expect(await nitro.rows(`systemfile/a.txt?args=${args}`)).toMatchObject([whole]);
    expect((await nitro.rows(`systemfile?args=${args}`))[0]).not.toHaveProperty('filecontent');
    expect(await nitro.get(`systemfile?args=filename:none,${args}`)).toMatchObject({
      status: 404,
      body: { errorcode: 258, message: 'No such resource [filename, none]' },
    });
  });

  it('a folder lists its files and folders', async () => {
    await upload('a.txt', 'hello', '/nsconfig/own/deep');
    const rows = await nitro.rows('systemfile?args=filelocation:%2Fnsconfig');
    expect(rows.find((row) => row.filename === 'ns.conf')?.filemode).toEqual(['FILE']);
    for (const name of ['ssl', 'own']) {
      expect(rows.find((row) => row.filename === name)).toMatchObject({
        filelocation: '/nsconfig',
        filemode: ['DIRECTORY'],
      });
    }
    expect(await nitro.rows('systemfile?args=filelocation:%2Fnsconfig%2Fown')).toMatchObject([{ filename: 'deep' }]);
  });
});

describe('the monitor of a service', () => {
  it.each([
    ['HTTP', 'tcp-default'],
    ['TCP', 'tcp-default'],
    ['UDP', 'ping-default'],
  ])('%s: %s while no other is bound', async (servicetype, monitor) => {
    const bound = async (): Promise<unknown[]> =>
      (await nitro.rows('service_lbmonitor_binding/s')).map((row) => row.monitor_name);
    await nitro.need('service', { ...service, servicetype });
    expect(await bound()).toEqual([monitor]);
    expect(await nitro.rows('service_lbmonitor_binding?bulkbindings=yes')).toMatchObject([{ monitor_name: monitor }]);
    expect(await nitro.rows('service_binding/s')).toMatchObject([
      { service_lbmonitor_binding: [{ name: 's', monitor_name: monitor }] },
    ]);
    await nitro.need('service_lbmonitor_binding', { name: 's', monitor_name: 'tcp' });
    expect(await bound()).toEqual(['tcp']);
    await nitro.delete('service_lbmonitor_binding/s?args=monitor_name:tcp');
    expect(await bound()).toEqual([monitor]);
    expect(world.simulator.runningConfig()).not.toContain('-default');
  });
});

describe('the update of a certificate', () => {
  const of = (commonName: string): Promise<{ cert: string; key: string }> =>
    selfSigned({ commonName, names: [commonName], algorithm: 'ecdsa', days: 365, now: NOW });

  it('needs the same domain, unless the check is off (3585)', async () => {
    const pairs = { old: await of('a.example'), same: await of('A.example'), other: await of('b.example') };
    for (const [name, { cert, key }] of Object.entries(pairs)) {
      await upload(`${name}.pem`, cert);
      await upload(`${name}.key`, key);
    }
    await nitro.need('sslcertkey', { certkey: 'c', cert: 'old.pem', key: 'old.key' });
    const change = (name: string, more = {}): Promise<unknown> =>
      nitro.act('sslcertkey', 'update', { certkey: 'c', cert: `${name}.pem`, key: `${name}.key`, ...more });
    expect(await change('same')).toMatchObject({ status: 200 });
    expect(await change('other')).toMatchObject({
      status: 599,
      body: {
        errorcode: 3585,
        message:
          "Certificate is registered to a different domain; use the 'no domain check' option to force the operation",
      },
    });
    expect(await nitro.rows('sslcertkey/c')).toMatchObject([{ cert: 'same.pem' }]);
    expect(await change('other', { nodomaincheck: true })).toMatchObject({ status: 200 });
    expect(await nitro.rows('sslcertkey/c')).toMatchObject([{ cert: 'other.pem' }]);
  });
});

describe('settings', () => {
  it('modes and features that are off are shown as false', async () => {
    await nitro.act('nsmode', 'disable', { mode: ['L3'] });
    expect((await nitro.get('nsmode')).body.nsmode).toMatchObject({
      fr: true,
      l3: false,
      l2: false,
      usip: false,
      mbf: false,
    });
    expect((await nitro.get('nsfeature')).body.nsfeature).toMatchObject({ lb: true, gslb: false, bot: false });
    expect((await nitro.get('nslicense')).body.nslicense).toMatchObject({
      lb: true,
      bot: false,
      licensingmode: 'Local',
    });
  });

  it('lbparameter shows its defaults', async () => {
    expect((await nitro.get('lbparameter')).body.lbparameter).toMatchObject({
      lbhashfingers: '256',
      retainservicestate: 'OFF',
      vserverspecificmac: 'DISABLED',
      maxpipelinenat: '255',
    });
  });

  it('a profile shows its default again once the attribute is unset', async () => {
    await nitro.need('sslprofile', { name: 'p', allowunknownsni: 'ENABLED' });
    await nitro.act('sslprofile', 'unset', { name: 'p', allowunknownsni: true });
    expect(await nitro.rows('sslprofile/p')).toMatchObject([{ allowunknownsni: 'DISABLED' }]);
  });

  it('a node: its time in this state is a number', async () => {
    now += 5_000;
    expect(await nitro.rows('hanode')).toMatchObject([{ masterstatetime: 5, syncstatusstrictmode: 'DISABLED' }]);
  });
});

/** Attributes of real rows, with their types, that add does not take. */
const SHOWN: readonly (readonly [kind: string, body: Record<string, unknown>, row: Record<string, unknown>])[] = [
  ['lbmonitor', { monitorname: 'x', type: 'HTTP' }, { respcode: ['200'], httprequest: 'HEAD /' }],
  [
    'servicegroup',
    { servicegroupname: 'x', servicetype: 'HTTP' },
    {
      monstate: 'ENABLED',
      hashid: '0',
      monweight: '0',
      servicegroupid: '0',
      graceful: 'NO',
      statechangetimesec: 'Sun Mar  1 12:00:00 2026',
      statechangetimemsec: '0',
      tickssincelaststatechange: '200',
    },
  ],
  [
    'lbvserver',
    { name: 'x', servicetype: 'HTTP' },
    {
      ipmapping: '0.0.0.0',
      cachetype: 'SERVER',
      dynamicweight: '0',
      priority: '0',
      dataoffset: '0',
      datalength: '0',
      ruletype: '0',
      map: 'OFF',
      invoke: false,
      pipolicyhits: '0',
      policysubtype: '0',
      vsvrbindsvcip: '0.0.0.0',
      vsvrbindsvcport: 0,
      statechangetimesec: 'Sun Mar  1 12:00:00 2026',
      statechangetimeseconds: '1772366400',
      statechangetimemsec: '0',
      tickssincelaststatechange: '200',
    },
  ],
  [
    'csvserver',
    { name: 'x', servicetype: 'HTTP', ipv46: '192.0.2.10', port: 80 },
    { statechangetimesec: 'Sun Mar  1 12:00:00 2026', ruletype: '0' },
  ],
  ['service', { ...service, name: 'x' }, { monstate: 'ENABLED', statechangetimesec: 'Sun Mar  1 12:00:02 2026' }],
];

describe('rows', () => {
  it.each(SHOWN)('%s', async (kind, body, row) => {
    now += 2_000;
    await nitro.need(kind, body);
    expect(await nitro.rows(`${kind}/x`)).toMatchObject([row]);
  });
});

/** Figures that typed clients of two exporters read: totals as texts, rates and percentages as numbers. */
const FIGURES: Readonly<Record<string, { readonly texts: string; readonly numbers: string }>> = {
  'lbvserver/v': {
    texts:
      'actsvcs inactsvcs vslbhealth establishedconn tothits totalrequests totalresponses totalrequestbytes totalresponsebytes curclntconnections cursrvrconnections totalpktsrecvd totalpktssent surgecount svcestablishedconn totspillovers deferredreq',
    numbers: 'primaryport hitsrate requestsrate responsesrate requestbytesrate responsebytesrate',
  },
  'csvserver/c': {
    texts: 'establishedconn tothits totalrequests totalresponses totalpktsrecvd totspillovers labelledconn',
    numbers: 'primaryport hitsrate requestsrate',
  },
  'service/s': {
    texts: 'throughput avgsvrttfb surgecount maxclients curload curreusepool activetransactions vsvrservicehits',
    numbers: 'primaryport throughputrate vsvrservicehitsrate',
  },
  'sslvserver/ssl': {
    texts: 'sslctxtotencbytes sslctxtotdecbytes sslctxtotsessionhits',
    numbers: 'sslctxencbytesrate',
  },
  system: { texts: 'memuseinmb disk0size disk1avail numcpus', numbers: 'cpuusagepcnt disk0perusage disk1perusage' },
  ns: {
    texts: 'totrxmbits tottxmbits tcpcurclientconn httptotrequests',
    numbers: 'rxmbitsrate txmbitsrate httprequestsrate',
  },
};

describe('figures', () => {
  it.each(Object.entries(FIGURES))('stat/%s', async (path, { texts, numbers }) => {
    await nitro.need('lbvserver', { name: 'v', servicetype: 'TCP' });
    await nitro.need('lbvserver', { name: 'ssl', servicetype: 'SSL' });
    await nitro.need('csvserver', { name: 'c', servicetype: 'HTTP', ipv46: '192.0.2.10', port: 80 });
    await nitro.need('service', service);
    const row = await stat(path);
    for (const name of texts.split(' ')) expect([name, typeof row[name]]).toEqual([name, 'string']);
    for (const name of numbers.split(' ')) expect([name, typeof row[name]]).toEqual([name, 'number']);
  });
});
