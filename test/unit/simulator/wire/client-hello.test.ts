import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClientHelloReader, type HelloProgress } from '../../../../lib/simulator/wire/client-hello-reader.ts';

const u8 = (value: number): Buffer => Buffer.from([value]);
const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const u24 = (value: number): Buffer => Buffer.from([value >> 16, (value >> 8) & 255, value & 255]);
const vector8 = (body: Buffer): Buffer => Buffer.concat([u8(body.length), body]);
const vector16 = (body: Buffer): Buffer => Buffer.concat([u16(body.length), body]);

interface Made {
  serverName?: string;
  protocols?: readonly string[];
  /** Extra extensions: type and body. */
  extensions?: readonly (readonly [number, Buffer])[];
  withoutExtensions?: boolean;
}

/** Builds a handshake message as in RFC 8446 4.1.2 and RFC 6066 3. */
function message({ serverName, protocols, extensions = [], withoutExtensions = false }: Made): Buffer {
  const list: Buffer[] = [];
  const extension = (type: number, body: Buffer): void => void list.push(Buffer.concat([u16(type), vector16(body)]));
  for (const [type, body] of extensions) extension(type, body);
  if (serverName !== undefined)
    extension(0, vector16(Buffer.concat([u8(0), vector16(Buffer.from(serverName, 'latin1'))])));
  if (protocols !== undefined)
    extension(16, vector16(Buffer.concat(protocols.map((name) => vector8(Buffer.from(name))))));
  const body = Buffer.concat([
    u16(0x0303),
    Buffer.alloc(32, 7),
    vector8(Buffer.alloc(32, 1)),
    vector16(Buffer.concat([u16(0x1301), u16(0x0a0a), u16(0xc02f)])),
    vector8(u8(0)),
    ...(withoutExtensions ? [] : [vector16(Buffer.concat(list))]),
  ]);
  return Buffer.concat([u8(1), u24(body.length), body]);
}

/** Splits the message into records of at most these lengths. */
function records(handshake: Buffer, lengths: readonly number[]): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (let n = 0; at < handshake.length; n += 1) {
    const length = lengths.length === 0 ? handshake.length : lengths[n % lengths.length]!;
    const part = handshake.subarray(at, at + length);
    parts.push(Buffer.concat([Buffer.from([22, 3, 1]), u16(part.length), part]));
    at += part.length;
  }
  return Buffer.concat(parts);
}

const readHello = (bytes: Buffer): HelloProgress => new ClientHelloReader().push(bytes);

describe('a ClientHello', () => {
  it('has a server name, ciphers and protocols', () => {
    const parsed = readHello(records(message({ serverName: 'www.example.com', protocols: ['h2', 'http/1.1'] }), []));
    expect(parsed).toMatchObject({
      state: 'hello',
      hello: {
        serverName: 'www.example.com',
        version: 0x0303,
        ciphers: [0x1301, 0x0a0a, 0xc02f],
        protocols: ['h2', 'http/1.1'],
        sessionId: true,
        sessionTicket: false,
      },
    });
  });

  const name = { serverName: 'a.example' };
  it.each<[string, Made, string | undefined]>([
    ['no server name', {}, undefined],
    ['no extensions at all', { withoutExtensions: true }, undefined],
    ['an empty server name extension', { extensions: [[0, Buffer.alloc(0)]] }, undefined],
    [
      'GREASE before it (RFC 8701)',
      {
        ...name,
        extensions: [
          [0x0a0a, Buffer.alloc(0)],
          [0xfafa, u8(0)],
        ],
      },
      'a.example',
    ],
    ['a post-quantum key share before it', { ...name, extensions: [[51, Buffer.alloc(1260, 9)]] }, 'a.example'],
    ['an extension of 40 KB', { ...name, extensions: [[21, Buffer.alloc(40_000)]] }, 'a.example'],
    ['a session ticket', { ...name, extensions: [[35, Buffer.alloc(180)]] }, 'a.example'],
  ])('%s', (_name, made, expected) => {
    const parsed = readHello(records(message(made), [16_384]));
    expect(parsed).toMatchObject({ state: 'hello' });
    expect(parsed.state === 'hello' && parsed.hello.serverName).toBe(expected);
  });

  it('property: is read from any records, and needs every byte', () => {
    const whole = message({ serverName: 'www.example.com', extensions: [[51, Buffer.alloc(600)]] });
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 }),
        fc.nat(),
        (lengths, cut) => {
          const bytes = records(whole, lengths);
          expect(readHello(bytes)).toMatchObject({ state: 'hello', hello: { serverName: 'www.example.com' } });
          expect(readHello(Buffer.concat([bytes, Buffer.from('more')])).state).toBe('hello');
          expect(readHello(bytes.subarray(0, cut % bytes.length)).state).toBe('more');
        },
      ),
    );
  });
});

describe('bytes that are not a ClientHello', () => {
  it.each<[string, Buffer]>([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n')],
    ['one byte of it', Buffer.from('G')],
    ['SSLv2', Buffer.from([0x80, 0x2e, 1, 3, 1])],
    ['an alert', Buffer.from([21, 3, 3, 0, 2, 2, 40])],
    ['another major version', Buffer.from([22, 2, 0, 0, 5])],
    ['a record longer than allowed', Buffer.from([22, 3, 1, 0xff, 0xff])],
    ['an empty record', Buffer.from([22, 3, 1, 0, 0])],
    ['a ServerHello', records(Buffer.concat([u8(2), u24(4), Buffer.alloc(4)]), [])],
    ['a hello of a megabyte', records(Buffer.concat([u8(1), u24(1_000_000), Buffer.alloc(10)]), [])],
    ['a truncated hello', records(Buffer.concat([u8(1), u24(10), Buffer.alloc(10)]), [])],
    [
      'a server name longer than its extension',
      records(message({ extensions: [[0, Buffer.concat([u16(50), u8(0), u16(48)])]] }), []),
    ],
  ])('%s', (_name, bytes) => {
    expect(readHello(bytes).state).toBe('invalid');
  });

  it('property: any bytes are judged, none throws', () => {
    const handshake = fc
      .uint8Array({ maxLength: 300 })
      .map((bytes) => records(Buffer.concat([u8(1), u24(bytes.length), bytes]), []));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
          handshake,
        ),
        (bytes) => {
          expect(['more', 'invalid', 'hello']).toContain(readHello(bytes).state);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
