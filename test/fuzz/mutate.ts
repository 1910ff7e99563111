import type { Random } from './random.ts';

/** Numbers at which parsers go wrong, as text. */
const NUMBERS = [
  ...['0', '-1', '1', '255', '256', '65535', '65536', '2147483648', '4294967296', '9007199254740993', '1e309', '-0'],
  ...['0x10', '010', '1.5', 'NaN', 'Infinity', '99999999999999999999999'],
];
/** Texts that mean something to some parser. */
const TEXTS = [
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', ' ', '\n', '\r\n', '\t', '\0', '\\', '"', "'", '`'],
  ...['{', '}', '[', ']', '(', ')', '<', '>', ',', ':', ';', '.', '/', '*', '&', '|', '!', '#', '%00', '%', '-', '+'],
  ...['\u2028', '\ud83d\ude00', '\ufeff', '\u0130', '\u212a', '\u0661', '\u200b', 'null', 'true', '{}', '[]', '""'],
];
const BYTES = [0, 1, 9, 10, 13, 0x20, 0x22, 0x5c, 0x7f, 0x80, 0xc0, 0xed, 0xfe, 0xff];

type Mutation = (input: Buffer, random: Random, context: MutationContext) => Buffer;

export interface MutationContext {
  readonly tokens: readonly string[];
  /** Other inputs, for splices. */
  readonly pool: readonly Buffer[];
}

const put = (input: Buffer, at: number, removed: number, piece: Buffer): Buffer =>
  Buffer.concat([input.subarray(0, at), piece, input.subarray(Math.min(input.length, at + removed))]);

/** Returns the beginning and the length of a piece, mostly short. */
function piece(input: Buffer, random: Random): [at: number, length: number] {
  const at = random.below(input.length + 1);
  const longest = random.below(4) === 0 ? input.length : 16;
  return [at, Math.min(input.length - at, 1 + random.below(longest + 1))];
}

function word(random: Random, { tokens }: MutationContext): Buffer {
  const from = random.below(8);
  if (from < 5 && tokens.length > 0) return Buffer.from(random.of(tokens));
  return Buffer.from(from < 7 ? random.of(TEXTS) : random.of(NUMBERS));
}

const MUTATIONS: readonly Mutation[] = [
  function flipBit(input, random) {
    if (input.length === 0) return Buffer.of(random.below(256));
    const copy = Buffer.from(input);
    const at = random.below(copy.length);
    copy[at] = (copy[at] as number) ^ (1 << random.below(8));
    return copy;
  },
  function setByte(input, random) {
    if (input.length === 0) return Buffer.of(random.of(BYTES));
    const copy = Buffer.from(input);
    copy[random.below(copy.length)] = random.below(2) === 0 ? random.of(BYTES) : random.below(256);
    return copy;
  },
  function insertByte(input, random) {
    return put(input, random.below(input.length + 1), 0, Buffer.of(random.below(256)));
  },
  function remove(input, random) {
    const [at, length] = piece(input, random);
    return put(input, at, length, Buffer.alloc(0));
  },
  function duplicate(input, random) {
    const [at, length] = piece(input, random);
    const copy = input.subarray(at, at + length);
    const times = random.below(8) === 0 ? 1 + random.below(64) : 1;
    return put(input, at, 0, Buffer.concat(Array.from({ length: times }, () => copy)));
  },
  function move(input, random) {
    const [at, length] = piece(input, random);
    const taken = Buffer.from(input.subarray(at, at + length));
    const rest = put(input, at, length, Buffer.alloc(0));
    return put(rest, random.below(rest.length + 1), 0, taken);
  },
  function splice(input, random, { pool }) {
    const other = random.of(pool);
    const [at, length] = piece(other, random);
    return put(input, random.below(input.length + 1), random.below(length + 1), other.subarray(at, at + length));
  },
  function cross(input, random, { pool }) {
    const other = random.of(pool);
    return Buffer.concat([
      input.subarray(0, random.below(input.length + 1)),
      other.subarray(random.below(other.length + 1)),
    ]);
  },
  function insertWord(input, random, context) {
    return put(input, random.below(input.length + 1), 0, word(random, context));
  },
  function replaceByWord(input, random, context) {
    const [at, length] = piece(input, random);
    return put(input, at, length, word(random, context));
  },
  function replaceWord(input, random, context) {
    // A whole word or number of a text, so that its structure stays.
    const text = input.toString('latin1');
    const words = [...text.slice(0, 4096).matchAll(/[\w.-]+/g)];
    const found = words.length === 0 ? undefined : random.of(words);
    if (found === undefined) return insertByteOf(input, random);
    const by = random.below(3) === 0 ? Buffer.from(random.of(words)[0], 'latin1') : word(random, context);
    return put(input, found.index, found[0].length, by);
  },
  function changeLength(input, random) {
    // Two bytes as a number: lengths of binary formats, off by a little.
    if (input.length < 2) return input;
    const copy = Buffer.from(input);
    const at = random.below(copy.length - 1);
    copy.writeUInt16BE((copy.readUInt16BE(at) + random.below(9) - 4 + 65_536) % 65_536, at);
    return copy;
  },
];
const insertByteOf = (input: Buffer, random: Random): Buffer =>
  put(input, random.below(input.length + 1), 0, Buffer.of(random.below(256)));

/** Returns an input that differs from another one in one to a few places. */
export function mutate(input: Buffer, random: Random, context: MutationContext, maxBytes: number): Buffer {
  let changed = input;
  const rounds = 1 + random.below(random.below(4) === 0 ? 16 : 4);
  for (let round = 0; round < rounds; round += 1) changed = random.of(MUTATIONS)(changed, random, context);
  return changed.length > maxBytes ? changed.subarray(0, maxBytes) : changed;
}
