import { ClientHelloReader, type HelloProgress } from '../../../lib/simulator/wire/client-hello-reader.ts';
import { parseRequest } from '../../../lib/simulator/wire/http-request.ts';
import { about, type FuzzTarget, hold, same } from '../target.ts';

function readInParts(bytes: Buffer, size: number): HelloProgress {
  const reader = new ClientHelloReader();
  let progress: HelloProgress = { state: 'more' };
  for (let at = 0; at < bytes.length; at += size) progress = reader.push(bytes.subarray(at, at + size));
  return progress;
}

/** The first byte says how the others are cut. */
const clientHello: FuzzTarget = {
  name: 'client-hello',
  parser: 'lib/simulator/wire/client-hello-reader.ts#ClientHelloReader',
  tokens: ['\x16\x03\x01', '\x01\x00\x00', '\x00\x00\x00\x05\x00\x03\x00\x00\x00', '\x00\x10\x00\x03\x00\x01\x00'],
  run(input) {
    const bytes = input.subarray(1);
    const whole = readInParts(bytes, Math.max(1, bytes.length));
    same(readInParts(bytes, 1 + ((input[0] ?? 0) % 16)), whole, 'the cut decides');
    if (whole.state !== 'hello') return whole.state === 'more' ? 'more' : whole.reason;
    const { hello } = whole;
    hold(hello.length <= bytes.length, 'a hello longer than what was received');
    hold(
      hello.ciphers.every((cipher) => cipher >= 0 && cipher < 65_536),
      'a cipher of more than 16 bits',
    );
    const { serverName, protocols, sessionId, sessionTicket, ciphers } = hello;
    return `hello ${serverName === undefined} ${about(protocols.length)} ${sessionId} ${sessionTicket} ${about(ciphers.length)}`;
  },
};

const httpRequest: FuzzTarget = {
  name: 'http-request',
  parser: 'lib/simulator/wire/http-request.ts#parseRequest',
  tokens: ['GET ', 'HTTP/1.1', '\r\n', '\r\n\r\n', 'Host: ', ': ', 'Content-Length: ', 'Transfer-Encoding: chunked'],
  run(input) {
    const request = parseRequest(input);
    if (typeof request === 'string') return request;
    hold(request.length <= input.length, 'a head longer than what was received');
    const lines = [...request.headers].map(([name, value]) => `${name}: ${value}`);
    const text = [`${request.method} ${request.target} ${request.version}`, ...lines, '', ''].join('\r\n');
    const again = parseRequest(Buffer.from(text, 'latin1'));
    hold(typeof again === 'object', 'a printed head is not a head');
    same([...again.headers], [...request.headers], 'printed headers');
    same([again.method, again.target, again.version], [request.method, request.target, request.version], 'first line');
    return `${about(request.method.length)} ${request.version} ${about(request.headers.size)}`;
  },
};

export const WIRE: readonly FuzzTarget[] = [clientHello, httpRequest];
