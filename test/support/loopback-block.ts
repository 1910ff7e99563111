import { createServer, type Server } from 'node:net';

/**
 * A /16 of loopback addresses that no other test run on this machine uses: pods of a test serve there at one port.
 * A server at its last address holds it until it is given back.
 */
export interface LoopbackBlock {
  /** Addresses of pods as the cluster sees them, `10.x.0.0/16`. */
  readonly podCidr: string;
  /** Returns the loopback address that stands for the address of a pod. */
  readonly loopbackOf: (podAddress: string) => string;
  release(): Promise<void>;
}

const LOWEST = 64;
const HIGHEST = 250;

/** @throws where all blocks are taken. */
export async function takeLoopbackBlock(port: number, random: () => number = Math.random): Promise<LoopbackBlock> {
  const count = HIGHEST - LOWEST + 1;
  const first = Math.floor(random() * count);
  for (let index = 0; index < count; index += 1) {
    const octet = LOWEST + ((first + index) % count);
    const holder = await listen(port, `127.${octet}.255.254`);
    if (holder === undefined) continue;
    return {
      podCidr: `10.${octet}.0.0/16`,
      loopbackOf: (address) => address.replace(/^10\./, '127.'),
      release: () => new Promise((resolve) => void holder.close(() => resolve())),
    };
  }
  throw new Error(`no free block of loopback addresses at port ${port}`);
}

/** Returns undefined where the address is taken. */
function listen(port: number, host: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(port, host, () => resolve(server));
  });
}
