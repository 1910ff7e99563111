import { createReadStream } from 'node:fs';

/**
 * Reads the events of an archive in a file, one after the other, in order of arrival. Another process may be writing it: a
 * last line without an end is left out.
 *
 * @throws the error of the file system.
 */
export async function* readArchive(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield line;
  }
}
