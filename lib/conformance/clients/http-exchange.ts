import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { BackendWords } from '../seen.ts';

/** Sends one request over a TLS connection, in the protocol that was agreed, and reads the back end's words. */
export function exchange(socket: TLSSocket, host: string): Promise<BackendWords> {
  return socket.alpnProtocol === 'h2' ? overHttp2(socket, host) : overHttp1(socket, host);
}

/** Returns the words in the body of an HTTP/1.1 answer; undefined while it is incomplete, and for any other answer. */
export function wordsIn(answer: string): BackendWords | undefined {
  const begin = answer.indexOf('{"backend":');
  const end = answer.lastIndexOf('}');
  if (begin === -1 || end < begin) return undefined;
  try {
    return JSON.parse(answer.slice(begin, end + 1)) as BackendWords;
  } catch {
    return undefined;
  }
}

function overHttp1(socket: TLSSocket, host: string): Promise<BackendWords> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const settle = (act: () => void): void => {
      socket.off('data', onData).off('error', onError).off('close', onClose);
      act();
    };
    const onData = (chunk: Buffer): void => {
      answer += chunk.toString('latin1');
      const words = wordsIn(answer);
      if (words !== undefined) settle(() => resolve(words));
    };
    const onError = (error: Error): void => settle(() => reject(error));
    const onClose = (): void => settle(() => reject(new Error('the connection ended before an answer')));
    socket.on('data', onData).on('error', onError).on('close', onClose);
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  });
}

function overHttp2(socket: TLSSocket, host: string): Promise<BackendWords> {
  return new Promise((resolve, reject) => {
    const session: ClientHttp2Session = connectHttp2(`https://${host}`, { createConnection: () => socket });
    session.once('error', reject);
    const request = session.request({ ':path': '/' });
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.once('error', reject);
    request.once('end', () => {
      const words = wordsIn(body);
      if (words === undefined) reject(new Error(`the answer is not a back end’s: ${body.slice(0, 80)}`));
      else resolve(words);
      session.close();
    });
  });
}
