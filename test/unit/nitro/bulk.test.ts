import { describe, expect, it } from 'vitest';
import { NitroClient, type NitroItem, NitroUnreachable, type RemovalItem } from '../../../lib/nitro/index.ts';
import { empty, failure, fake, items, ok, refusal, sessionOver } from './fake.ts';

type Handler = Parameters<typeof fake>[0];

function client(handler: Handler) {
  const appliance = fake((call, n) => (call.path === 'config/login' ? undefined : handler?.(call, n)));
  return { appliance, writer: new NitroClient(sessionOver([appliance.transport]).session) };
}

const action = (name: string): NitroItem => ({ type: 'sslaction', body: { name } });
const policy = (name: string): NitroItem => ({ type: 'sslpolicy', body: { name } });
const three = ['a', 'b', 'c'].map(action);
const gone = (name: string): RemovalItem => ({ type: 'lbvserver', name: ['name', name], args: {} });

describe('adding', () => {
  it.each([
    ['one', [action('a')], 'config/sslaction', { sslaction: { name: 'a' } }],
    ['several of a type', three, 'config/sslaction', { sslaction: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] }],
    [
      'several types, in order',
      [action('a'), policy('p'), policy('q')],
      'config/macroapi',
      { sslaction: [{ name: 'a' }], sslpolicy: [{ name: 'p' }, { name: 'q' }] },
    ],
  ])('%s: one call', async (_name, given, path, body) => {
    const { writer, appliance } = client(() => ok({}, 201));
    expect(await writer.add(given)).toEqual(given.map(() => undefined));
    expect(appliance.calls.at(-1)).toMatchObject({
      method: 'POST',
      path,
      body,
      headers: { 'X-NITRO-ONERROR': 'continue' },
    });
    expect(appliance.paths()).toHaveLength(1);
  });

  it('nothing: no call', async () => {
    const { writer, appliance } = client(() => undefined);
    expect(await writer.add([])).toEqual([]);
    expect(appliance.calls).toEqual([]);
  });

  it('more than 500 items: calls of the same size to add, of 500 to remove, in order', async () => {
    const { writer, appliance } = client(() => ok({}, 201));
    const many = Array.from({ length: 1_100 }, (_, n) => action(`a${n}`));
    expect(await writer.add(many)).toHaveLength(1_100);
    await writer.remove(many.map(({ body }) => gone(String(body.name))));
    const sizes = appliance.calls
      .slice(1)
      .map(({ body }) => Object.values(body as Record<string, unknown[]>)[0]?.length);
    expect(sizes).toEqual([367, 367, 366, 500, 500, 100]);
    const names = appliance.calls.slice(1, 4).flatMap(({ body }) => (body as { sslaction: unknown[] }).sslaction);
    expect(names).toEqual(many.map(({ body }) => body));
  });

  it('an empty answer is success', async () => {
    expect(await client(() => empty(201)).writer.add(three)).toEqual([undefined, undefined, undefined]);
  });
});

describe('results of items (207)', () => {
  it('each has its own', async () => {
    const { writer } = client(() => items(0, 273, 0));
    expect(await writer.add(three)).toMatchObject([undefined, { code: 273, kind: 'exists' }, undefined]);
  });

  it('belong to their items, though a call names each type once', async () => {
    const mixed = [action('a'), policy('p'), action('b'), policy('q')];
    const { writer, appliance } = client(() => items(0, 278, 0, 273));
    expect(await writer.add(mixed)).toMatchObject([undefined, undefined, { code: 278 }, { code: 273 }]);
    expect(appliance.calls.at(-1)?.body).toEqual({
      sslaction: [{ name: 'a' }, { name: 'b' }],
      sslpolicy: [{ name: 'p' }, { name: 'q' }],
    });
  });

  it('and when the call stopped in between', async () => {
    const mixed = [action('a'), policy('p'), action('b'), policy('q')];
    const { writer } = client(({ path }) => (path === 'config/macroapi' ? items(0, 278) : ok({}, 201)));
    expect(await writer.add(mixed)).toMatchObject([undefined, undefined, { code: 278 }, undefined]);
  });

  it.each([347, 349, 457, 458])('%i: done on the primary', async (code) => {
    expect(await client(() => items(0, code, 0)).writer.add(three)).toEqual([undefined, undefined, undefined]);
    expect(await client(() => refusal(code)).writer.add(three)).toEqual([undefined, undefined, undefined]);
    expect(await client(() => refusal(code)).writer.add([action('a')])).toEqual([undefined]);
  });

  it.each([272, 412, 444, 1028, 356])('%i of an item concerns the appliance: thrown', async (code) => {
    expect(await failure(client(() => items(0, code, 0)).writer.add(three))).toMatchObject({ code, transient: true });
  });

  const warning = (errorcode: number) => ({
    status: 207,
    headers: {},
    body: { errorcode: 1243, response: [{ errorcode, severity: 'WARNING' }, { errorcode: 0 }, { errorcode: 273 }] },
  });
  it('a warning of an item is success', async () => {
    const results = await client(() => warning(1067)).writer.add(three);
    expect(results).toMatchObject([undefined, undefined, { code: 273 }]);
  });

  it('unless it says that the node is a secondary', async () => {
    expect(await failure(client(() => warning(1028)).writer.add(three))).toMatchObject({ kind: 'secondary' });
  });

  it('a shorter list ends at the error: the rest is sent again', async () => {
    const { writer, appliance } = client(({ body }) => {
      const list = (body as { sslaction: unknown }).sslaction;
      return Array.isArray(list) && list.length === 3 ? items(0, 278) : ok({}, 201);
    });
    expect(await writer.add(three)).toMatchObject([undefined, { code: 278 }, undefined]);
    expect(appliance.calls.at(-1)?.body).toEqual({ sslaction: { name: 'c' } });
  });

  it.each([
    ['no list at all', refusal(1243, 207)],
    ['an empty one', items()],
  ])('%s: each alone', async (_name, answer) => {
    const { writer, appliance } = client(({ body }) =>
      Array.isArray((body as { sslaction: unknown }).sslaction) ? answer : ok({}, 201),
    );
    expect(await writer.add(three)).toEqual([undefined, undefined, undefined]);
    expect(appliance.paths()).toHaveLength(4);
  });

  it('a longer list is cut', async () => {
    expect(await client(() => items(0, 0, 0, 278)).writer.add(three)).toHaveLength(3);
  });
});

describe('refused as a whole', () => {
  it.each([1088, 1090, 1232, 1236, 1237, 1240, 278])(
    '%i: each alone, in order, so that one sinks nobody else',
    async (code) => {
      const { writer, appliance } = client(({ path, body }) => {
        if (path === 'config/macroapi') return refusal(code);
        return (body as { sslpolicy?: { name: string } }).sslpolicy?.name === 'q' ? refusal(278) : ok({}, 201);
      });
      const results = await writer.add([action('a'), policy('p'), policy('q')]);
      expect(results).toMatchObject([undefined, undefined, { code: 278 }]);
      expect(appliance.paths()).toEqual([
        'config/macroapi',
        'config/sslaction',
        'config/sslpolicy',
        'config/sslpolicy',
      ]);
    },
  );

  it('one item: its error', async () => {
    const { writer, appliance } = client(() => refusal(278, 599, 'Invalid argument [forward]'));
    const [error] = await writer.add([action('a')]);
    expect(error?.message).toBe('edge: add sslaction: 278 Invalid argument [forward]');
    expect(appliance.paths()).toHaveLength(1);
  });

  it('what may not be is named', async () => {
    const [error] = await client(() => refusal(2138, 403, 'Not authorized')).writer.add([policy('a')]);
    expect(error).toMatchObject({ kind: 'denied', message: 'edge: add sslpolicy: 2138 Not authorized' });
  });

  it('busy to the end: thrown', async () => {
    expect(await failure(client(() => refusal(293)).writer.add(three))).toMatchObject({ kind: 'busy' });
  });
});

describe('removing', () => {
  it('one: by name and arguments', async () => {
    const { writer, appliance } = client(() => ok());
    await writer.remove([{ type: 'lbmonitor', name: ['monitorname', 'nsp/m'], args: { type: 'TCP' } }]);
    expect(appliance.calls.at(-1)).toMatchObject({
      method: 'DELETE',
      path: 'config/lbmonitor/nsp%252Fm?args=type:TCP',
    });
  });

  it('a key of a string map: every character that means something', async () => {
    const { writer, appliance } = client(() => ok());
    const type = 'policystringmap_pattern_binding';
    for (const key of ['*.foo.com', '#a.1.b', 'I.abc,d:e']) {
      await writer.remove([{ type, name: ['name', 'nsp_f'], args: { key } }]);
    }
    expect(appliance.paths()).toEqual([
      `config/${type}/nsp_f?args=key:*.foo.com`,
      `config/${type}/nsp_f?args=key:%23a.1.b`,
      `config/${type}/nsp_f?args=key:I.abc%2Cd%3Ae`,
    ]);
  });

  it('several: one call', async () => {
    const { writer, appliance } = client(() => items(0, 258));
    expect(await writer.remove([gone('a'), gone('b')])).toMatchObject([undefined, { kind: 'gone' }]);
    expect(appliance.calls.at(-1)).toMatchObject({
      method: 'POST',
      path: 'config/macroapi?action=remove',
      body: { lbvserver: [{ name: 'a' }, { name: 'b' }] },
    });
  });

  it('nothing: no call', async () => {
    expect(await client(() => undefined).writer.remove([])).toEqual([]);
  });
});

describe('updating', () => {
  it('several of a type in one call, defaults restored by name', async () => {
    const { writer, appliance } = client(() => ok());
    await writer.set('lbvserver', [
      { name: 'a', clttimeout: 1 },
      { name: 'b', clttimeout: 2 },
    ]);
    await writer.unset('lbvserver', [{ name: 'a', lbmethod: true }]);
    expect(appliance.calls.slice(1)).toMatchObject([
      { method: 'PUT', path: 'config/lbvserver', body: { lbvserver: [{ name: 'a' }, { name: 'b' }] } },
      { method: 'POST', path: 'config/lbvserver?action=unset', body: { lbvserver: { name: 'a', lbmethod: true } } },
    ]);
  });

  it('of nothing is no call', async () => {
    const { writer, appliance } = client(() => undefined);
    expect([await writer.set('lbvserver', []), await writer.unset('lbvserver', [])]).toEqual([[], []]);
    expect(appliance.calls).toEqual([]);
  });
});

describe('a connection lost in a write', () => {
  const writes: [string, (writer: NitroClient) => Promise<unknown>][] = [
    ['add', (writer) => writer.add(three)],
    ['set', (writer) => writer.set('lbvserver', [{ name: 'a' }])],
    ['unset', (writer) => writer.unset('lbvserver', [{ name: 'a' }])],
    ['remove', (writer) => writer.remove([gone('a')])],
    ['remove several', (writer) => writer.remove([gone('a'), gone('b')])],
    ['members', (writer) => writer.members([{ group: 'g', members: [] }])],
    ['save', (writer) => writer.save()],
    ['upload', (writer) => writer.upload([{ name: 'a', location: '/', content: '' }])],
  ];
  it.each(writes)('%s is sent once: only reading tells whether it was done', async (_name, write) => {
    const { writer, appliance } = client(({ path }) => {
      throw new NitroUnreachable(path, 'ECONNRESET', true);
    });
    expect(await failure(write(writer))).toMatchObject({ transient: true, sent: true });
    expect(appliance.paths()).toHaveLength(1);
  });
});

describe('files', () => {
  const pair = [
    { name: 'p.cert', location: '/nsconfig/ssl/', content: 'cert' },
    { name: 'p.key', location: '/nsconfig/ssl/', content: 'key' },
  ];

  it('go as base64', async () => {
    const { writer, appliance } = client(() => ok({}, 201));
    await writer.upload(pair);
    expect(appliance.calls.at(-1)?.body).toEqual({
      systemfile: [
        { filename: 'p.cert', filelocation: '/nsconfig/ssl/', filecontent: 'Y2VydA==', fileencoding: 'BASE64' },
        { filename: 'p.key', filelocation: '/nsconfig/ssl/', filecontent: 'a2V5', fileencoding: 'BASE64' },
      ],
    });
  });

  it('all there from before: they are a pair', async () => {
    const { writer, appliance } = client(() => items(273, 273));
    await writer.upload(pair);
    expect(appliance.paths()).toHaveLength(1);
  });

  it('some there from before: all made anew, because a key fits its own certificate only', async () => {
    let first = true;
    const { writer, appliance } = client(({ path, method }) => {
      if (path !== 'config/systemfile' || method !== 'POST' || !first) return ok({}, 201);
      first = false;
      return items(273, 0);
    });
    await writer.upload(pair);
    expect(appliance.calls.slice(1).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST config/systemfile',
      'DELETE config/systemfile/p.cert?args=filelocation:%2Fnsconfig%2Fssl%2F',
      'DELETE config/systemfile/p.key?args=filelocation:%2Fnsconfig%2Fssl%2F',
      'POST config/systemfile',
    ]);
  });

  it('that cannot be written are an error', async () => {
    expect(await failure(client(() => items(0, 278)).writer.upload(pair))).toMatchObject({ code: 278 });
  });
});
