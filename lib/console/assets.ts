import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleScript } from './page-script.ts';

/** A file of the page. */
export interface PageAsset {
  /** Media type. */
  readonly type: string;
  readonly body: string;
}

/** Path of a URL → file. No other path is served, and none reaches the file system. */
export type PageAssets = ReadonlyMap<string, PageAsset>;

/** Path of a URL → file of the page's folder, and its media type. */
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/app.css': ['app.css', 'text/css; charset=utf-8'],
  '/icon.svg': ['icon.svg', 'image/svg+xml'],
};
export const SCRIPT = 'app.js';
const SCRIPT_TYPE = 'text/javascript; charset=utf-8';

/** Files that the packaged command has beside the script. */
export const PAGE_FILES: readonly string[] = Object.values(FILES).map(([file]) => file);

/**
 * The folder of the page. The packaged command has its code in `lib/cli`, so that this path is right from there, too
 * (`scripts/build.ts`).
 */
const FOLDER = new URL('../console/page/', import.meta.url);

/** Reads the page once. Its script is beside it in the packaged command; a checkout has only the sources, and bundles them. */
export async function loadAssets(): Promise<PageAssets> {
  const packaged = new URL(SCRIPT, FOLDER);
  const script = existsSync(packaged) ? readFileSync(packaged, 'utf8') : await bundleScript(fileURLToPath(FOLDER));
  return new Map([
    ...Object.entries(FILES).map(([path, [file, type]]): [string, PageAsset] => [
      path,
      { type, body: readFileSync(new URL(file, FOLDER), 'utf8') },
    ]),
    [`/${SCRIPT}`, { type: SCRIPT_TYPE, body: script }],
  ]);
}
