import { isIP } from 'node:net';

interface End {
  readonly address: string;
  readonly port: number;
}

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const VERSION_2_PROXY = 0x21;
const TCP_OVER_IPV4 = 0x11;
const TCP_OVER_IPV6 = 0x21;

function ipv4Bytes(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

function ipv6Bytes(address: string): Buffer {
  const [head, tail] = address.split('::');
  const parse = (part: string | undefined): number[] =>
    part === undefined || part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const first = parse(head);
  const last = parse(tail);
  const middle = tail === undefined ? [] : new Array<number>(8 - first.length - last.length).fill(0);
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...first, ...middle, ...last].entries()) bytes.writeUInt16BE(group, index * 2);
  return bytes;
}

/** Returns the header that tells a member the client's address (PROXY protocol, versions 1 and 2). */
export function proxyHeader(version: 'V1' | 'V2', client: End, server: End): Buffer {
  const v4 = isIP(client.address) === 4 && isIP(server.address) === 4;
  if (version === 'V1') {
    return Buffer.from(
      `PROXY ${v4 ? 'TCP4' : 'TCP6'} ${client.address} ${server.address} ${client.port} ${server.port}\r\n`,
    );
  }
  const bytes = v4
    ? ipv4Bytes
    : (address: string): Buffer => ipv6Bytes(isIP(address) === 4 ? mapped(address) : address);
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(client.port, 0);
  ports.writeUInt16BE(server.port, 2);
  const body = Buffer.concat([bytes(client.address), bytes(server.address), ports]);
  const head = Buffer.from([VERSION_2_PROXY, v4 ? TCP_OVER_IPV4 : TCP_OVER_IPV6, 0, body.length]);
  return Buffer.concat([SIGNATURE, head, body]);
}

function mapped(address: string): string {
  const [a, b, c, d] = address.split('.').map(Number) as [number, number, number, number];
  return `::ffff:${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}
