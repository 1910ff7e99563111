import { hostPort } from '../../contract/text.ts';
import type { LocalEndpoint } from './backends.ts';

/** An argument of `--map` is not a mapping. */
export class MappingInvalid extends Error {
  override readonly name = 'MappingInvalid';
}

const ENDPOINT = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/;

function parseEndpoint(text: string): LocalEndpoint {
  const match = ENDPOINT.exec(text);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || !(port >= 1 && port <= 65_535)) {
    throw new MappingInvalid('Expected ADDRESS:PORT=HOST:PORT, such as 192.0.2.10:443=127.0.0.1:8443.');
  }
  return { host, port };
}

/** Parses `--map ADDRESS:PORT=HOST:PORT`. @throws {MappingInvalid} */
export function parseMapping(text: string): [address: string, endpoint: LocalEndpoint] {
  const [from = '', to = '', ...more] = text.split('=');
  const address = parseEndpoint(from);
  const endpoint = parseEndpoint(more.length === 0 ? to : '');
  return [hostPort(address.host.toLowerCase(), address.port), endpoint];
}
