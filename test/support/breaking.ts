import { NitroUnreachable, type Transport } from '../../lib/nitro/index.ts';
import type { WorldOptions } from './engine.ts';

/** Breaks the connection before the n-th write, or right after it was done. */
export interface Breaking {
  readonly between: NonNullable<WorldOptions['between']>;
  readonly arm: (at: number, done: boolean) => void;
  readonly disarm: () => void;
}

export function breaking(): Breaking {
  let count = 0;
  let armed: { at: number; done: boolean } | undefined;
  const between =
    (transport: Transport): Transport =>
    async (call) => {
      const write = call.method !== 'GET' && !/login|batchapi|logout/.test(call.path);
      if (!write) return transport(call);
      count += 1;
      if (armed?.at !== count) return transport(call);
      const { done } = armed;
      armed = undefined;
      if (done) await transport(call);
      throw new NitroUnreachable(`${call.method} ${call.path}`, 'broken on purpose', true);
    };
  return {
    between,
    arm: (at, done) => {
      armed = { at: count + at, done };
    },
    disarm: () => {
      armed = undefined;
    },
  };
}
