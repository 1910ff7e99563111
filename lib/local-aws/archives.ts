import type { ArchiveStore } from './archive-store.ts';
import type { Envelope } from './envelope.ts';
import type { EventMatcher } from './event-pattern.ts';
import { requestedPattern } from './rules.ts';
import { alreadyThere, notFound } from './service-error.ts';

export interface ArchiveSpec {
  readonly name: string;
  readonly arn: string;
  readonly bus: string;
  readonly busArn: string;
  readonly description?: string;
  /** JSON; matches every event if absent. */
  readonly pattern?: string;
  /** 0 keeps events for ever. */
  readonly retentionDays: number;
}

export interface Archive extends ArchiveSpec {
  readonly created: number;
  readonly store: ArchiveStore;
  readonly matches: EventMatcher;
}

/** Archives of all buses. */
export class Archives {
  readonly #archives = new Map<string, Archive>();
  readonly #open: (name: string) => ArchiveStore;
  readonly #now: () => number;

  /** @param open opens the store of an archive; a name that was used before finds its events again. */
  constructor(open: (name: string) => ArchiveStore, now: () => number) {
    this.#open = open;
    this.#now = now;
  }

  create(spec: ArchiveSpec): Archive {
    if (this.#archives.has(spec.name)) throw alreadyThere(`Archive ${spec.name}`);
    const matches = spec.pattern === undefined ? () => true : requestedPattern(spec.pattern);
    const archive = { ...spec, matches, created: this.#now(), store: this.#open(spec.name) };
    this.#archives.set(spec.name, archive);
    return archive;
  }

  get(name: string): Archive {
    const archive = this.#archives.get(name);
    if (archive === undefined) throw notFound(`Archive ${name}`);
    return archive;
  }

  list(prefix = ''): Archive[] {
    return [...this.#archives.values()]
      .filter((archive) => archive.name.startsWith(prefix))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  delete(name: string): void {
    this.get(name).store.remove();
    this.#archives.delete(name);
  }

  /** Keeps published events. Replayed events are not recorded again. */
  record(bus: string, events: readonly Envelope[]): void {
    for (const archive of this.#archives.values()) {
      if (archive.bus !== bus) continue;
      const kept = events.filter(archive.matches);
      if (kept.length > 0) archive.store.append(kept);
    }
  }

  /** Returns the events of a time range, without those past their retention. */
  read(archive: Archive, from: number, to: number): Envelope[] {
    const oldest = archive.retentionDays === 0 ? 0 : this.#now() - archive.retentionDays * 86_400_000;
    return archive.store.read(Math.max(from, oldest), to);
  }

  close(): void {
    for (const archive of this.#archives.values()) archive.store.close();
  }
}
