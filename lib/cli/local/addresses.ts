import { hostPort } from '../../contract/index.ts';
import type { LocalEndpoint } from './backends.ts';

/** An argument that is no mapping. */
export class MappingInvalid extends Error {
  override readonly name = 'MappingInvalid';
}

const PLACE = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/;

function parsePlace(text: string, whole: string): { host: string; port: number } {
  const match = PLACE.exec(text);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || !(port >= 1 && port <= 65_535)) {
    throw new MappingInvalid(
      `"${whole}" is not a mapping: it needs ADDRESS:PORT=HOST:PORT, as 192.0.2.10:443=127.0.0.1:8443`,
    );
  }
  return { host, port };
}

/** Parses `--map ADDRESS:PORT=HOST:PORT`. @throws {MappingInvalid} */
export function parseMapping(text: string): [key: string, place: LocalEndpoint] {
  const [from, to, more] = text.split('=');
  if (from === undefined || to === undefined || more !== undefined) parsePlace('', text);
  const address = parsePlace(from ?? '', text);
  return [hostPort(address.host.toLowerCase(), address.port), parsePlace(to ?? '', text)];
}
