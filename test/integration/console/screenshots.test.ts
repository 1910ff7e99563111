import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Hand } from '../../support/audit.ts';
import { NO_CHROMIUM, openBrowser, requireChromium } from '../../support/browser.ts';
import { openPage, shownText } from './page/open-page.ts';
import { type RealConsole, startRealConsole } from './real-console.ts';
import { type SampleEstate, startSampleEstate } from './sample-estate.ts';

const chromium = requireChromium();
/** Pictures of the documentation are written when this is set: `NSPASS_RECORD=1 npm test -- test/integration/console`. */
const RECORD = process.env.NSPASS_RECORD === '1';
const MOST_BYTES = 150_000;

const pictureFile = (name: string): string =>
  fileURLToPath(new URL(`../../../docs/images/${name}.png`, import.meta.url));

describe.skipIf(chromium === undefined)(`the pictures of the documentation (${NO_CHROMIUM})`, () => {
  let browser: Browser;
  let estate: SampleEstate;
  let real: RealConsole;

  beforeAll(async () => {
    browser = await openBrowser(chromium as string);
    estate = await startSampleEstate();
    real = await startRealConsole(estate.world);
    const hand = new Hand(estate.world);
    await hand.set('lbvserver', await hand.backend('kafka', 'prod-eu-2'), {
      lbmethod: 'LEASTCONNECTION',
      clttimeout: 600,
    });
  });

  afterAll(async () => {
    await browser?.close();
    await real?.stop();
    await estate?.stop();
  });

  it.each(['light', 'dark'] as const)('are of the page as it is, %s', async (colorScheme) => {
    const { page, problems, go, settled } = await openPage(browser, real.server.url, {
      colorScheme,
      viewport: { width: 1280, height: 700 },
    });
    const take = async (view: string, height: number): Promise<void> => {
      const name = `console-${view}-${colorScheme}`;
      await page.setViewportSize({ width: 1280, height });
      await settled();
      const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' });
      expect(picture.length, name).toBeLessThanOrEqual(MOST_BYTES);
      if (RECORD) writeFileSync(pictureFile(name), picture);
      expect(existsSync(pictureFile(name)), `${name}: record it with NSPASS_RECORD=1`).toBe(true);
      expect(readFileSync(pictureFile(name)).length).toBeLessThanOrEqual(MOST_BYTES);
    };

    await expect.poll(() => shownText(page.locator('.figures'))).toMatch(/Drift\s+1/);
    await estate.change(`checkout-${colorScheme}`, {
      namespace: 'shop',
      hosts: [`checkout-${colorScheme}.shop.example.com`],
      vip: '203.0.113.10',
      created: Math.floor(Date.now() / 1_000),
      members: [{ address: '10.40.1.20', port: 8_443 }],
    });
    await expect.poll(() => shownText(page.locator('main'))).toContain(`checkout-${colorScheme}.shop.example.com`);
    await expect.poll(() => shownText(page.locator('.concerns'))).toMatch(/2 routes? (down|empty)|1 route down/);
    await take('overview', 700);

    await go('#/routes?search=eu-1');
    await expect.poll(() => shownText(page.getByRole('status'))).toMatch(/^\d+ of \d+ routes$/);
    await take('routes', 700);

    await go(`#/route/${estate.downHost}/203.0.113.10_443`);
    await expect.poll(() => shownText(page.locator('.reason'))).toContain('0 of 2 members are up');
    await take('path', 880);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
