import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClientHelloReader, type HelloProgress } from '../../../../lib/simulator/wire/client-hello-reader.ts';

/** A hello whose only extension is of `padding` bytes, in records of `record` bytes. */
function hello(padding: number, record: number): Buffer {
  const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
  const extension = Buffer.concat([u16(21), u16(padding), Buffer.alloc(padding)]);
  const body = Buffer.concat([
    ...[Buffer.from([3, 3]), Buffer.alloc(32), Buffer.of(0), u16(2), u16(0x1301), Buffer.from([1, 0])],
    ...[u16(extension.length), extension],
  ]);
  const message = Buffer.concat([Buffer.from([1, 0]), u16(body.length), body]);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += record) {
    const content = message.subarray(at, at + record);
    records.push(Buffer.from([22, 3, 1]), u16(content.length), content);
  }
  return Buffer.concat(records);
}

function cut(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

function read(chunks: readonly Buffer[]): HelloProgress {
  const reader = new ClientHelloReader();
  let progress: HelloProgress = { state: 'more' };
  for (const chunk of chunks) progress = reader.push(chunk);
  return progress;
}

/** Returns how many bytes a reader copies from chunks of this size. */
function copiedBytes(bytes: Buffer, size: number): number {
  let copied = 0;
  const counted = cut(bytes, size).map((chunk) => {
    const copy = chunk.copy.bind(chunk);
    return Object.assign(chunk, {
      copy: (...args: Parameters<Buffer['copy']>) => {
        const count = copy(...args);
        copied += count;
        return count;
      },
    });
  });
  expect(read(counted).state).toBe('hello');
  return copied;
}

describe('a ClientHello in parts', () => {
  it('property: segments make no difference, whatever the bytes are', () => {
    const any = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.tuple(fc.nat(200), fc.integer({ min: 1, max: 50 })).map(([padding, record]) => hello(padding, record)),
      fc.tuple(fc.nat(200), fc.nat(), fc.integer({ min: 0, max: 255 })).map(([padding, at, value]) => {
        const bytes = hello(padding, 40);
        bytes[at % bytes.length] = value;
        return bytes;
      }),
    );
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 9 }), (bytes, size) => {
        expect(read(cut(bytes, size))).toEqual(read([bytes]));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['one segment', 100_000],
    ['segments of one byte', 1],
  ])('%s, records of one byte: each byte is copied once', (_what, size) => {
    const bytes = hello(10_000, 1);
    expect(copiedBytes(bytes, size)).toBe(bytes.length);
  });

  it('a verdict is final', () => {
    const reader = new ClientHelloReader();
    expect(reader.push(Buffer.from('G')).state).toBe('invalid');
    expect(reader.push(hello(10, 100)).state).toBe('invalid');
  });
});
