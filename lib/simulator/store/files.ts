/** A file of the appliance. */
export interface File {
  readonly name: string;
  /** Folder with a slash at its end. */
  readonly location: string;
  readonly content: Buffer;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

const folder = (location: string): string => `${location.replace(/(?<!\/)\/+$/, '')}/`;

/** The files under `/nsconfig` and `/var`, which survive a reboot. */
export class Files {
  readonly #files = new Map<string, File>();

  get(location: string, name: string): File | undefined {
    return this.#files.get(folder(location) + name);
  }

  put(location: string, name: string, content: Buffer, modified: number): void {
    this.#files.set(folder(location) + name, { name, location: folder(location), content, modified });
  }

  remove(location: string, name: string): boolean {
    return this.#files.delete(folder(location) + name);
  }

  list(location: string): File[] {
    return [...this.#files.values()].filter((file) => file.location === folder(location));
  }

  all(): Iterable<File> {
    return this.#files.values();
  }

  clear(): void {
    this.#files.clear();
  }

  /** Returns the file of a certificate: a full path, or a name in `/nsconfig/ssl/`. */
  find(path: string): File | undefined {
    const slash = path.lastIndexOf('/');
    return slash < 0 ? this.get('/nsconfig/ssl/', path) : this.get(path.slice(0, slash), path.slice(slash + 1));
  }
}
