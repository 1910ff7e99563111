import { parseEnvelope } from '../../lib/contract/index.ts';
import { ListSplitter } from '../../lib/forwarder/kubernetes/list-splitter.ts';
import { readManifests } from '../../lib/forwarder/source/manifests.ts';
import { parseJsonMap } from '../../lib/ingress/json-map.ts';
import { lint } from '../../lib/library/index.ts';
import { parsePattern } from '../../lib/local-aws/event-pattern.ts';
import { splitLine } from '../../lib/simulator/config/tokens.ts';
import { parseFilter } from '../../lib/simulator/http/url.ts';
import { ClientHelloReader } from '../../lib/simulator/wire/client-hello-reader.ts';
import { parseRequest } from '../../lib/simulator/wire/http-request.ts';
import type { Benchmark, Figure } from './figure.ts';

interface Growth {
  readonly what: string;
  /** Units of the smaller input: so many that it takes some milliseconds. */
  readonly units: number;
  /** Makes an input that is bad on purpose. */
  readonly make: (units: number) => string;
  readonly parse: (text: string) => unknown;
}

const FACTOR = 8;
/** Above eight: a larger input fits a smaller part of the processor's memory. What grows by the square takes 64 times. */
const MOST = 16;
const TRIES = 5;

const ingress = (annotations: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: a\n  annotations:\n${annotations}`;
const lines = (units: number, line: (index: number) => string): string =>
  Array.from({ length: units }, (_, index) => line(index)).join('');
const swallowed = (parse: (text: string) => unknown) => (text: string) => {
  try {
    return parse(text);
  } catch (error) {
    return error;
  }
};

/** A hello of an extension without meaning, in records of one byte. */
function helloInBytes(units: number): string {
  const extension = Buffer.alloc(4 + units);
  extension.writeUInt16BE(21, 0);
  extension.writeUInt16BE(units, 2);
  const body = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32),
    Buffer.from([0, 0, 2, 0x13, 1, 1, 0]),
    Buffer.alloc(2),
    extension,
  ]);
  body.writeUInt16BE(extension.length, 41);
  const message = Buffer.concat([Buffer.from([1, 0, body.length >> 8, body.length & 255]), body]);
  return Buffer.concat([...message].map((byte) => Buffer.from([22, 3, 1, 0, 1, byte]))).toString('latin1');
}

const GROWTHS: readonly Growth[] = [
  {
    what: 'ClientHello in records and segments of one byte',
    units: 6_000,
    make: helloInBytes,
    parse: (text) => {
      const reader = new ClientHelloReader();
      for (const byte of Buffer.from(text, 'latin1')) reader.push(Buffer.of(byte));
    },
  },
  {
    what: 'blanks in a header of HTTP',
    units: 7_000,
    make: (units) => `GET / HTTP/1.1\r\nX: ${' '.repeat(units)}x${' '.repeat(units)}x\r\n\r\n`,
    parse: (text) => parseRequest(Buffer.from(text)),
  },
  {
    what: 'manifest with many wrong annotations',
    units: 1_000,
    make: (units) => ingress(lines(units, (index) => `    k${index}: 1\n`)),
    parse: (text) => readManifests(text, 'x.yaml'),
  },
  {
    what: 'documents that are not YAML',
    units: 500,
    make: (units) => '---\na: b: c\n'.repeat(units),
    parse: (text) => readManifests(text, 'x'),
  },
  {
    what: 'anchors and aliases',
    units: 100,
    make: (units) => lines(units, (index) => `a${index}: &a${index} {x: 1}\nb${index}: *a${index}\n`),
    parse: (text) => readManifests(text, 'x'),
  },
  {
    what: 'nested lists of YAML',
    units: 10_000,
    make: (units) => '['.repeat(units),
    parse: (text) => readManifests(text, 'x'),
  },
  {
    what: 'nested fields of JSON, linted',
    units: 4_000,
    make: (units) =>
      `{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"a"},"spec":${'{"rules":['.repeat(units)}1${']}'.repeat(units)}}`,
    parse: (text) => lint({ x: text }),
  },
  {
    what: 'annotation that repeats a key',
    units: 1_000,
    make: (units) => `{${'"a":1,'.repeat(units)}"a":1}`,
    parse: parseJsonMap,
  },
  {
    what: 'event with many Ingresses that are none',
    units: 5_000,
    make: (units) => `{"detail-type":"Cluster Snapshot","detail":{"data":{"ingresses":[${'{},'.repeat(units)}{}]}}}`,
    parse: swallowed(parseEnvelope),
  },
  {
    what: 'wildcards of an event pattern',
    units: 500_000,
    make: (units) => 'a'.repeat(units),
    parse: (text) => parsePattern(`{"a":[{"wildcard":"${'a*'.repeat(20)}b"}]}`)({ a: text }),
  },
  {
    what: 'quotation marks of a command line',
    units: 20_000,
    make: (units) => '" \\"'.repeat(units),
    parse: splitLine,
  },
  {
    what: 'patterns without an end in a filter',
    units: 1_000,
    make: (units) => 'a:/b,'.repeat(units),
    parse: swallowed(parseFilter),
  },
  {
    what: 'lists beside the items of an API list',
    units: 5_000,
    make: (units) => `{${'"a":[],'.repeat(units)}"items":[]}`,
    parse: (text) => new ListSplitter(() => {}).push(Buffer.from(text)),
  },
  {
    what: 'a list of the API server with an item that is deep, long and cut off',
    units: 5_000,
    make: (units) => `{"items":[{"a":${'[{"b":"\\\\","c":{}},'.repeat(units)}`,
    parse: (text) => new ListSplitter(() => {}).push(Buffer.from(text)),
  },
];

/** Milliseconds of processor time, the least of several: others on the machine only add to it. */
function cost({ make, parse }: Growth, units: number): number {
  const text = make(units);
  const all = Array.from({ length: TRIES }, () => {
    const before = process.cpuUsage();
    parse(text);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...all);
}

/** Eight times the input should take about eight times the processor time, whatever the input is. */
export const parsers: Benchmark = {
  summary: `processor time of parsers for bad inputs, and how it grows when they are ${FACTOR} times as long`,
  async run() {
    return GROWTHS.map((growth): Figure => {
      cost(growth, growth.units);
      const [small, large] = [cost(growth, growth.units), cost(growth, growth.units * FACTOR)];
      const factor = large / Math.max(small, 0.05);
      return {
        what: growth.what,
        measured: `${small.toFixed(1)} ms, ${large.toFixed(1)} ms: ${factor.toFixed(1)} times`,
        target: `≤ ${MOST} times`,
        met: factor <= MOST,
      };
    });
  },
};
