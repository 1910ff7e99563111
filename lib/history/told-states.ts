import {
  EventInvalid,
  envelopeJson,
  type IngressState,
  isIngress,
  ownerKey,
  ownerOf,
  type SourceState,
} from '../contract/index.ts';

/** A snapshot whose states were all told before. */
export interface RepeatedSnapshot {
  /** JSON of its envelope, in which `data` has no Ingress. */
  readonly json: unknown;
  /** The states of its Ingresses, in order: the values of the events that told them. */
  readonly ingresses: IngressState[];
}

interface Told {
  readonly state: SourceState;
  /** The state as JSON. */
  readonly text: string;
}

/** Characters of a text that is not worth more than to be read as a whole. */
const SHORT = 4_096;
/** States whose texts are kept: about 1 kB each. */
const MOST = 50_000;
/** Begins the list of Ingresses in the text of a snapshot, as publishers write it. */
const LIST = '"ingresses":';
/** Matches the beginning of an Ingress in that list. */
const NAME = /\{"namespace":"([^"\\]*)","name":"([^"\\]*)"/y;
const CLUSTER = /"cluster":"([^"\\]*)"/;

/**
 * The states that an archive has told of Ingresses, as snapshots repeat them. Most snapshots repeat all: a state whose text is
 * the same is neither parsed nor checked again.
 */
export class ToldStates {
  readonly #stateOf: (key: string) => SourceState | undefined;
  /** Owner's key → the state that a snapshot was last compared with. */
  readonly #told = new Map<string, Told>();

  /** @param stateOf the last state that an event told of an owner, by its key. */
  constructor(stateOf: (key: string) => SourceState | undefined) {
    this.#stateOf = stateOf;
  }

  /**
   * Reads the text of a snapshot, if it is written as publishers write it and has only states that were told before.
   *
   * @returns undefined for any other text: it is to be read as a whole.
   */
  repeatedIn(body: string): RepeatedSnapshot | undefined {
    if (body.length < SHORT) return undefined;
    const start = body.indexOf(LIST) + LIST.length;
    if (start < LIST.length || body[start] !== '[') return undefined;
    const [, cluster] = CLUSTER.exec(body.slice(0, start)) ?? [];
    const list = cluster === undefined ? undefined : this.#listAt(body, start, cluster);
    if (list === undefined) return undefined;
    const around = (value: string): unknown => jsonOf(`${body.slice(0, start)}${value}${body.slice(list.end)}`);
    // What was cut out is the list of the snapshot only if what stands there instead is what is read.
    const json = around('[]');
    if (!isSnapshot(json) || !isEmptyList(ingressesIn(json)) || ingressesIn(around('null')) !== null) return undefined;
    return { json, ingresses: list.states };
  }

  /** Reads a list of states that were told before, whose texts follow each other. @returns undefined for any other list. */
  #listAt(body: string, start: number, cluster: string) {
    const states: IngressState[] = [];
    let at = start;
    do {
      NAME.lastIndex = at + 1;
      const [, namespace, name] = NAME.exec(body) ?? [];
      if (namespace === undefined || name === undefined) return undefined;
      const told = this.#toldOf(ownerKey(ownerOf('Ingress', cluster, { namespace, name })));
      if (told === undefined || !isIngress(told.state)) return undefined;
      const end = at + 1 + told.text.length;
      // A slice costs half as much as `startsWith`.
      if (body.slice(at + 1, end) !== told.text) return undefined;
      states.push(told.state);
      at = end;
    } while (body[at] === ',');
    return body[at] === ']' ? { states, end: at + 1 } : undefined;
  }

  #toldOf(key: string): Told | undefined {
    const state = this.#stateOf(key);
    if (state === undefined) {
      this.#told.delete(key);
      return undefined;
    }
    const known = this.#told.get(key);
    if (known?.state === state) return known;
    const told = { state, text: JSON.stringify(state) };
    // Nobody says which owners do not come again.
    if (this.#told.size >= MOST) this.#told.clear();
    this.#told.set(key, told);
    return told;
  }
}

/** @returns undefined for what is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return envelopeJson(text);
  } catch (error) {
    if (error instanceof EventInvalid) return undefined;
    throw error;
  }
}

const isSnapshot = (json: unknown): boolean =>
  (json as { readonly 'detail-type'?: unknown } | null | undefined)?.['detail-type'] === 'Cluster Snapshot';

const ingressesIn = (json: unknown): unknown =>
  (json as { readonly detail?: { readonly data?: { readonly ingresses?: unknown } | null } | null } | null | undefined)
    ?.detail?.data?.ingresses;

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
