/** A command line that cannot be carried out as given: one sentence for the user, and exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  /** Wraps an error of a lower layer. One of the system gets the file or port that it is about; others keep their message. */
  static of(error: unknown): UsageError {
    const { code, address, port, path } = error as NodeJS.ErrnoException & { address?: string; port?: number };
    if (path === '') return new UsageError('the path is empty.', { cause: error });
    const where = path ?? (address === undefined ? undefined : `${address}:${port}`);
    const why = code === undefined ? undefined : REASONS[code];
    if (where !== undefined && why !== undefined) return new UsageError(`${where} ${why}`, { cause: error });
    return new UsageError((error as Error).message, { cause: error });
  }
}

const REASONS: Record<string, string> = {
  EADDRINUSE: 'is in use by another process: choose another port.',
  EADDRNOTAVAIL: 'is not an address of this machine: choose one that is.',
  EACCES: 'cannot be used by this user (permission denied): grant the permission, or choose another.',
  ENOENT: 'does not exist.',
  ENOTDIR: 'is not a folder.',
  EISDIR: 'is a folder: expected a file.',
  EEXIST: 'already exists, and is not a folder.',
};
