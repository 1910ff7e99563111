import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { NitroRequest } from '../../../../lib/simulator/http/exchange.ts';
import { recordedRequest, recordOf } from '../../../../lib/simulator/recording/exchange-record.ts';
import { Recorder } from '../../../../lib/simulator/recording/recorder.ts';
import { parseRecording, Recording } from '../../../../lib/simulator/recording/recording.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nspass-recording-'));
  file = join(folder, 'run.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

function request(method: string, url: string, body: unknown = '', headers: NitroRequest['headers'] = {}): NitroRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { method, url, headers, body: Buffer.from(text), client: '127.0.0.1' };
}

function recordingOf(...exchanges: [NitroRequest, string][]): Recording {
  return new Recording(
    exchanges.map(([asked, message], index) => ({
      line: index + 1,
      record: recordOf(asked, { status: 200, body: { errorcode: 0, message } }),
    })),
  );
}

const messageOf = (recording: Recording, asked: NitroRequest): string | undefined =>
  (recording.answer(recordedRequest(asked))?.body as { message: string } | undefined)?.message;

const server = (name: string, ipaddress = '10.0.0.1'): unknown => ({ server: { name, ipaddress } });

it('equal requests get their answers in order, and the last one from then on', () => {
  const read = request('GET', '/nitro/v1/config/server');
  const recording = recordingOf([read, 'a'], [read, 'b']);
  expect([1, 2, 3].map(() => messageOf(recording, read))).toEqual(['a', 'b', 'b']);
});

it.each([
  ['other order of parameters', request('GET', '/nitro/v1/config/server?b=2&a=1')],
  ['a slash at the end', request('GET', '/nitro/v1/config/server/?a=1&b=2')],
  ['another user', request('GET', '/nitro/v1/config/server?a=1&b=2', '', { 'x-nitro-user': 'b', cookie: 'SESSID=2' })],
])('%s → the same answer', (_name, asked) => {
  const recording = recordingOf([request('GET', '/nitro/v1/config/server?a=1&b=2', '', { 'x-nitro-user': 'a' }), 'a']);
  expect(messageOf(recording, asked)).toBe('a');
});

it('fields in another order, in the form of old releases, with another password → the same answer', () => {
  const recording = recordingOf([
    request('POST', '/nitro/v1/config/login', { login: { username: 'a', password: 'b' } }),
    'a',
  ]);
  expect(
    messageOf(recording, request('POST', '/nitro/v1/config/login', 'object={"login":{"password":"c","username":"a"}}')),
  ).toBe('a');
});

it('another way to go on after an error is another request', () => {
  const url = '/nitro/v1/config/server';
  const recording = recordingOf([request('POST', url, server('a'), { 'x-nitro-onerror': 'continue' }), 'a']);
  expect(messageOf(recording, request('POST', url, server('a')))).toBeUndefined();
});

it.each([
  [
    'another value',
    request('POST', '/nitro/v1/config/server', server('b', '10.0.0.9')),
    2,
    ['the field server.ipaddress was "10.0.0.2" and is "10.0.0.9"'],
  ],
  ['another object', request('GET', '/nitro/v1/config/server/c'), 3, []],
  [
    'another parameter',
    request('GET', '/nitro/v1/config/server/a?count=yes'),
    3,
    ['the parameter count was nothing and is yes'],
  ],
  ['another method', request('DELETE', '/nitro/v1/config/server/a'), 3, []],
])('%s → the nearest request is named', (_name, asked, line, differs) => {
  const recording = recordingOf(
    [request('POST', '/nitro/v1/config/server', server('a')), 'a'],
    [request('POST', '/nitro/v1/config/server', server('b', '10.0.0.2')), 'b'],
    [request('GET', '/nitro/v1/config/server/a'), 'c'],
    [request('GET', '/nitro/v1/config/lbvserver/a'), 'd'],
  );
  const unmatched = recording.nearest(recordedRequest(asked));
  expect(unmatched.nearest?.line).toBe(line);
  expect(unmatched.differs).toEqual(differs);
});

it('an empty recording has no nearest request', () => {
  expect(new Recording([]).nearest(recordedRequest(request('GET', '/')))).toEqual({ nearest: undefined, differs: [] });
});

it('a file is appended to, by two recorders at once, and only its owner reads it', () => {
  const [a, b] = [new Recorder(file), new Recorder(file)];
  const record = recordOf(request('GET', '/a'), { status: 200, body: { message: 'Done' } });
  for (const recorder of [a, b, a]) recorder.add(record);
  a.close();
  b.close();
  expect(parseRecording(readFileSync(file, 'utf8')).map((one) => one.record)).toEqual([record, record, record]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it.each([
  ['a torn line', '{"v":1,"request":{"meth'],
  ['a torn line that is longer than a block', `{"v":1,"body":"${'x'.repeat(200_000)}`],
])('%s at the end is left out, and cut off before more is added', (_name, torn) => {
  const record = recordOf(request('GET', '/a'), { status: 200, body: { message: 'Done' } });
  writeFileSync(file, `${JSON.stringify(record)}\n`);
  appendFileSync(file, torn);
  expect(parseRecording(readFileSync(file, 'utf8'))).toHaveLength(1);
  const recorder = new Recorder(file);
  recorder.add(record);
  recorder.close();
  expect(parseRecording(readFileSync(file, 'utf8')).map(({ line }) => line)).toEqual([1, 2]);
});

it('a file with nothing but a torn line becomes an empty one', () => {
  writeFileSync(file, '{"v":');
  new Recorder(file).close();
  expect(readFileSync(file, 'utf8')).toBe('');
});

it.each([
  ['no JSON', 'hello', 'line 2 cannot be read: it is not JSON'],
  ['null', 'null', 'line 2 cannot be read: it is not an object'],
  ['another version', '{"v":2}', 'line 2 cannot be read: its "v" is not 1'],
  ['no request', '{"v":1,"response":{"status":200}}', 'line 2 cannot be read: "request" has no method and url'],
  [
    'no status',
    '{"v":1,"request":{"method":"GET","url":"/"},"response":{}}',
    'line 2 cannot be read: "response" has no HTTP status',
  ],
])('%s in a line → the line and the reason', (_name, line, message) => {
  expect(() => parseRecording(`\n${line}\n`)).toThrow(message);
});
