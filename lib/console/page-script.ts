import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** esbuild of a checkout: a tool, which the packaged command neither has nor needs. */
const ESBUILD = new URL('../../node_modules/.bin/esbuild', import.meta.url);
const ENTRY = 'main.ts';
const OPTIONS = [
  '--bundle',
  '--format=esm',
  '--target=chrome120,firefox120,safari17',
  '--minify',
  '--log-level=warning',
];
/** More than the script will ever be, in bytes. */
const MOST_OUTPUT = 8_000_000;

/** Bundles the sources of the page. @param folder that has them. @throws the messages of esbuild. */
export async function bundleScript(folder: string): Promise<string> {
  const { stdout } = await promisify(execFile)(fileURLToPath(ESBUILD), [ENTRY, ...OPTIONS], {
    cwd: folder,
    maxBuffer: MOST_OUTPUT,
  });
  return stdout;
}
