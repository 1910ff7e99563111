import { wordsIn } from '../../../lib/conformance/clients/http-exchange.ts';
import { apiError } from '../../../lib/forwarder/kubernetes/api-error.ts';
import { LineSplitter } from '../../../lib/forwarder/kubernetes/line-splitter.ts';
import { ListSplitter } from '../../../lib/forwarder/kubernetes/list-splitter.ts';
import { withoutManagedFields } from '../../../lib/forwarder/kubernetes/managed-fields.ts';
import { about, type FuzzTarget, hold, kindOfMessage, same } from '../target.ts';

function inParts(bytes: Buffer, size: number, take: (chunk: Buffer) => void): void {
  for (let at = 0; at < bytes.length; at += size) take(Buffer.from(bytes.subarray(at, at + size)));
}

/** Returns the items and the rest of a list as text, or the error's name. */
function splitList(bytes: Buffer, size: number): { items: string[]; rest: string } {
  const items: string[] = [];
  const splitter = new ListSplitter((json) => void items.push(json.toString('latin1')));
  inParts(bytes, size, (chunk) => splitter.push(chunk));
  try {
    return { items, rest: JSON.stringify(splitter.end()) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { items, rest: error.name };
  }
}

const list: FuzzTarget = {
  name: 'list',
  parser: 'lib/forwarder/kubernetes/list-splitter.ts#ListSplitter, managed-fields.ts',
  tokens: [
    '{"items":[',
    '"items" : [',
    '{"kind":"Ingress"}',
    ',',
    ']',
    '}',
    '"metadata":{"continue":"x"}',
    '"',
    '\\"',
    '\\\\',
    '"managedFields":[',
    'null',
  ],
  run(input) {
    const bytes = input.subarray(1);
    const whole = splitList(bytes, Math.max(1, bytes.length));
    same(splitList(bytes, 1 + ((input[0] ?? 0) % 16)), whole, 'the cut decides');
    let json: unknown;
    try {
      json = JSON.parse(bytes.toString('utf8'));
    } catch {
      return `not JSON ${about(whole.items.length)} ${whole.rest.slice(0, 11)}`;
    }
    hold(whole.rest !== 'SyntaxError', 'a JSON text that is refused');
    if (bytes.toString('utf8').includes('\ufffd')) return 'not UTF-8';
    const stripped = JSON.parse(withoutManagedFields(bytes));
    if (!bytes.includes('managedFields')) same(stripped, json, 'without managed fields');
    return `${typeof json} ${about(whole.items.length)}`;
  },
};

const lines: FuzzTarget = {
  name: 'lines',
  parser: 'lib/forwarder/kubernetes/line-splitter.ts#LineSplitter',
  maxBytes: 600,
  tokens: ['\n', '\n\n', '\r\n', '{"type":"ADDED"}'],
  run(input) {
    const split = (size: number): string[] => {
      const found: string[] = [];
      const splitter = new LineSplitter((line) => void found.push(line.toString('latin1')));
      inParts(input.subarray(1), size, (chunk) => splitter.push(chunk));
      return found;
    };
    const whole = split(Math.max(1, input.length));
    same(split(1 + ((input[0] ?? 0) % 16)), whole, 'the cut decides');
    same(
      whole,
      input
        .toString('latin1', 1)
        .split('\n')
        .slice(0, -1)
        .filter((line) => line !== ''),
      'lines',
    );
    return String(about(whole.length));
  },
};

const answers: FuzzTarget = {
  name: 'api-answer',
  parser: 'lib/forwarder/kubernetes/api-error.ts#apiError, lib/conformance/clients/http-exchange.ts#wordsIn',
  tokens: ['{"reason":"Expired"', '"message":"x"', '{"backend":"a"', '}', '\r\n\r\n', 'null', '<html>'],
  run(input) {
    const text = input.toString('utf8');
    const error = apiError(503, text, { 'retry-after': text.slice(0, 8) });
    hold(error.message.length < 1_000, 'a message without end');
    return `${kindOfMessage(error.message)} ${wordsIn(text) === undefined}`;
  },
};

export const CLUSTER: readonly FuzzTarget[] = [list, lines, answers];
