import { call, clientHello, cutInto, type HelloCall, type Met } from '../hello.ts';
import type { FreeFrontEnd } from '../settings.ts';
import type { ProbeTools } from '../tools.ts';

/** Attempts to reach a server that comes up: a monitor takes some seconds. */
const ATTEMPTS = 30;
/** What an attempt counts that took the whole wait: as many as are made meanwhile, so that silence takes no more time. */
const IN_VAIN = 10;
/** Milliseconds between segments of a hello. */
const SEGMENT_MS = 20;

/** A client of the front end. */
export class FrontEndClient {
  readonly #tools: ProbeTools;
  readonly #lent: FreeFrontEnd;

  constructor(tools: ProbeTools, lent: FreeFrontEnd) {
    this.#tools = tools;
    this.#lent = lent;
  }

  open(parts: readonly Buffer[]): HelloCall {
    const { connect, after, waits } = this.#tools.wire;
    this.#tools.checkStopped();
    return call(connect(this.#lent.address, this.#lent.port), parts, {
      pause: () => after(SEGMENT_MS),
      silence: () => after(waits.answerMs),
    });
  }

  async meet(hello: Buffer, segments = 1): Promise<Met> {
    const caller = this.open(cutInto(hello, segments));
    const met = await caller.met;
    caller.close();
    return met;
  }

  /** Tries again until an encounter is as wanted. @returns the last one. */
  async until(host: string | Buffer, wanted: (met: Met) => boolean): Promise<Met> {
    const hello = typeof host === 'string' ? await clientHello(host) : host;
    const { after, waits } = this.#tools.wire;
    const cost = ({ waited }: Met): number => (waited === true ? IN_VAIN : 1);
    let met = await this.meet(hello);
    for (let spent = cost(met); spent < ATTEMPTS && !wanted(met); spent += cost(met)) {
      await after(waits.pauseMs);
      met = await this.meet(hello);
    }
    return met;
  }
}
