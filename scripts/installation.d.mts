export function foldersOf(
  lockfile: { packages?: Record<string, { os?: string[]; cpu?: string[]; libc?: string[] }> },
  platform: string,
  cpu: string,
  libc?: string,
): string[];
export function progressText(there: number, all: number, seconds: number): string;
export function unreachable(stderr: string, registry: string): string | undefined;
export function npmErrors(stderr: string): string[];
