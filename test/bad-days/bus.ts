import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type Topology, topology } from '../../lib/config/topology.ts';
import { type Envelope, toEnvelope } from '../../lib/local-aws/envelope.ts';
import { compilePattern, type EventMatcher } from '../../lib/local-aws/event-pattern.ts';
import type { ProcessTime, VirtualClock } from './clock.ts';
import type { AppliancePlan, BusMode } from './schedule.ts';

const SCOPE = { account: '111111111111', region: 'eu-central-1' };

interface Route {
  readonly matches: EventMatcher;
  readonly target: string;
}

export interface BusOptions {
  readonly clock: VirtualClock;
  readonly random: () => number;
  readonly appliances: readonly AppliancePlan[];
  /** Takes a message into a queue, by its name. */
  readonly deliver: (queue: string, body: string) => void;
  /** Told of each event that the bus accepted, and whether it goes nowhere. */
  readonly accepted: (event: Envelope, swallowed: boolean) => void;
}

/** Longest delay of a delivery while the bus is in disorder. */
const DISORDER_MS = 20 * 60_000;

/**
 * The event bus with the rules of the deployment, and an archive. It delivers soon and in order, or as its mode says.
 *
 * | mode | publishers | events |
 * |---|---|---|
 * | `refuse` | every request fails | none is accepted |
 * | `partial` | every second entry fails | the others are delivered |
 * | `unsure` | every request fails | all are delivered |
 * | `black-hole` | every request succeeds | none is delivered |
 * | `disorder` | every request succeeds | late by up to 20 minutes, in any order, a fifth of them twice |
 */
export class Bus {
  mode: BusMode | 'up' = 'up';
  readonly topology: Topology;
  readonly #options: BusOptions;
  readonly #routes: readonly Route[];
  readonly #archive: { readonly at: number; readonly event: Envelope }[] = [];
  readonly #archived: EventMatcher;
  #flip = 0;
  #inFlight = 0;
  #replays = 0;

  constructor(options: BusOptions) {
    this.#options = options;
    this.topology = topology(options.appliances);
    this.#routes = this.topology.rules.map(({ pattern, target }) => ({ matches: compilePattern(pattern), target }));
    this.#archived = compilePattern(this.topology.archive.pattern);
  }

  /** Deliveries on their way. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** A client as the SDK's, for one publisher. @param time of its process; absent for a function. */
  client(time?: ProcessTime) {
    return {
      send: async (command: unknown) => {
        if (!(command instanceof PutEventsCommand)) throw new Error('only PutEvents is expected');
        if (time !== undefined) await new Promise<void>((resolve) => time.whenAwake(resolve));
        const entries = command.input.Entries ?? [];
        if (this.mode === 'refuse') throw Object.assign(new Error('unreachable'), { name: 'TimeoutError' });
        const Entries = entries.map(({ Source, DetailType, Detail }) => {
          this.#flip += 1;
          if (this.mode === 'partial' && this.#flip % 2 === 0) {
            return { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' };
          }
          const event = toEnvelope({ Source, DetailType, Detail }, SCOPE, this.#options.clock.now());
          if ('ErrorCode' in event) return event;
          this.#accept(event);
          return { EventId: event.id };
        });
        if (this.mode === 'unsure') throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
        return { Entries, FailedEntryCount: Entries.filter((entry) => !('EventId' in entry)).length };
      },
    } as never;
  }

  #accept(event: Envelope): void {
    const swallowed = this.mode === 'black-hole';
    this.#options.accepted(event, swallowed);
    if (swallowed) return;
    if (this.#archived(event)) this.#archive.push({ at: this.#options.clock.now(), event });
    this.#route(event);
  }

  #route(event: Envelope): void {
    const { clock, random, deliver } = this.#options;
    const body = JSON.stringify(event);
    for (const { matches, target } of this.#routes) {
      if (!matches(event)) continue;
      const disorder = this.mode === 'disorder';
      const copies = disorder && random() < 0.2 ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) {
        const delay = disorder ? Math.floor(random() * DISORDER_MS) : 200;
        this.#inFlight += 1;
        clock.after(delay, () => {
          this.#inFlight -= 1;
          deliver(target, body);
        });
      }
    }
  }

  /** Replays what was archived between two times. @returns the number of events. */
  replay(from: number, to: number): number {
    this.#replays += 1;
    const events = this.#archive.filter(({ at }) => from <= at && at < to);
    for (const { event } of events) this.#route({ ...event, 'replay-name': `replay-${this.#replays}` });
    return events.length;
  }
}
