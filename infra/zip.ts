import { zipSync } from 'fflate';

/** Attributes of a regular file with mode 0644 in a zip. */
const MODE = (0o100644 << 16) >>> 0;
/** Operating system of the zip: readers ignore the mode of other systems. */
const UNIX = 3;

/**
 * Returns a zip that is byte-identical for the same files: sorted by path, with the earliest time that a zip can hold, and
 * readable by Lambda whatever the umask is.
 *
 * @param files path in the zip → content.
 */
export function zipOf(files: ReadonlyMap<string, string | Uint8Array>): Uint8Array {
  // A zip holds local time; this is its first day in every time zone.
  const mtime = new Date(1980, 0, 1);
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return zipSync(
    Object.fromEntries(
      sorted.map(([path, content]) => [
        path,
        [typeof content === 'string' ? new TextEncoder().encode(content) : content, { attrs: MODE, os: UNIX }],
      ]),
    ),
    { level: 9, mtime },
  );
}
