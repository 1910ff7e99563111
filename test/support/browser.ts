import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/**
 * A real Chromium for tests of pages. It is the one of `NSPASS_CHROMIUM` (what `.ci/chromium` prints), or one on the PATH.
 * Without one tests skip, or fail where `CI` is set.
 */

/** Reason of a skipped test. */
export const NO_CHROMIUM = 'needs NSPASS_CHROMIUM: the path of a Chromium, as .ci/chromium prints it';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** @throws where a browser must be there (`CI`) and is not. */
export function requireChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const found = env.NSPASS_CHROMIUM || onPath(env.PATH ?? '');
  if (found === undefined && env.CI === 'true') throw new Error(NO_CHROMIUM);
  return found;
}

function onPath(path: string): string | undefined {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((file) => existsSync(file));
}

/** Starts a browser. Its sandbox needs a user that is not root. */
export function openBrowser(executablePath: string): Promise<Browser> {
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({ executablePath, chromiumSandbox: !isRoot });
}
