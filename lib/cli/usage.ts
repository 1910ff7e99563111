/** What was asked cannot be done as it was asked: one sentence for the user, and exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  /** An error of the parts below, whose message is already a sentence for the user, or says which file or port. */
  static of(error: unknown): UsageError {
    const { code, address, port, path } = error as NodeJS.ErrnoException & { address?: string; port?: number };
    const where =
      (path === '' ? 'The file with an empty name' : path) ??
      (address === undefined ? undefined : `${address}:${port}`);
    const why = code === undefined ? undefined : REASONS[code];
    if (where !== undefined && why !== undefined) return new UsageError(`${where} ${why}`, { cause: error });
    return new UsageError((error as Error).message, { cause: error });
  }
}

const REASONS: Record<string, string> = {
  EADDRINUSE: 'is in use by another process: name another port.',
  EADDRNOTAVAIL: 'is not an address of this machine: name one that is.',
  EACCES: 'may not be used by this user: name another, or run with the permission.',
  ENOENT: 'does not exist.',
  ENOTDIR: 'is not a folder.',
  EISDIR: 'is a folder: name a file.',
  EEXIST: 'is there already, and is not a folder.',
};
