import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_CHROMIUM, openBrowser, requireChromium } from '../../../support/browser.ts';
import { consoleFixture } from './fixture.ts';
import { FixtureServer } from './fixture-server.ts';
import { openPage, shownText } from './open-page.ts';

const chromium = requireChromium();

/** Texts of what has the focus, one for each press of Tab, until the focus leaves the page. */
async function walk(page: Page): Promise<{ readonly text: string; readonly outlined: boolean }[]> {
  const stops = [];
  for (;;) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const { activeElement: at } = document;
      if (at === null || at === document.body) return undefined;
      const { outlineStyle, outlineWidth } = getComputedStyle(at);
      const text = at instanceof HTMLInputElement ? at.name : (at.textContent ?? '').trim();
      return { text, outlined: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 };
    });
    if (stop === undefined) return stops;
    stops.push(stop);
  }
}

/** Texts of everything that can be used, in the order of the document. */
const usable = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('a[href], button, input')]
      .filter((control) => control.checkVisibility())
      .map((control) => (control instanceof HTMLInputElement ? control.name : (control.textContent ?? '').trim())),
  );

describe.skipIf(chromium === undefined)(`the keyboard (${NO_CHROMIUM})`, () => {
  let browser: Browser;
  let server: FixtureServer;

  beforeAll(async () => {
    browser = await openBrowser(chromium as string);
    server = await FixtureServer.start(consoleFixture(120));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it.each(['#/', '#/routes', '#/conflicts', '#/drift', '#/changes', '#/replay'])(
    'Tab reaches everything in %s, in order, visibly, and leaves the page again',
    async (fragment) => {
      const { page, settled } = await openPage(browser, `${server.url}${fragment}`);
      await settled();
      await page.locator('.connection time').waitFor();
      const stops = await walk(page);
      expect(stops.map(({ text }) => text)).toEqual(await usable(page));
      expect(stops.filter(({ outlined }) => !outlined)).toEqual([]);
      await page.context().close();
    },
  );

  it('the first stop leads past the navigation', async () => {
    const { page } = await openPage(browser, server.url);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.getBoundingClientRect().top)).toBeGreaterThanOrEqual(0);
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('title');
    expect(await shownText(page.locator('h1'))).toBe('Overview');
    await page.context().close();
  });

  it('a view that is opened gets the focus at its heading', async () => {
    const { page, settled } = await openPage(browser, server.url);
    await page
      .getByRole('link', { name: /^Drift/ })
      .first()
      .focus();
    await page.keyboard.press('Enter');
    await settled();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Drift');
    expect(await shownText(page.locator('nav a[aria-current=page]'))).toMatch(/^Drift/);
    await page.context().close();
  });

  it('/ goes to the search from any view, and can be typed there', async () => {
    const { page } = await openPage(browser, `${server.url}#/drift`);
    await page.keyboard.press('/');
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('search');
    await page.keyboard.type('a/b');
    expect(await page.getByRole('searchbox').inputValue()).toBe('a/b');
    await page.context().close();
  });

  it('the menu of a narrow screen opens, closes with Escape, and closes when a view is chosen', async () => {
    const { page } = await openPage(browser, server.url, { viewport: { width: 360, height: 740 } });
    const menu = page.getByRole('button', { name: 'Menu' });
    const entry = page.getByRole('link', { name: 'Routes', exact: true }).first();
    const navigation = page.getByRole('navigation', { name: 'Console' });
    expect(await navigation.isVisible()).toBe(false);
    await menu.press('Enter');
    expect(await navigation.isVisible()).toBe(true);
    await entry.focus();
    await page.keyboard.press('Escape');
    expect(await navigation.isVisible()).toBe(false);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('menu');
    await menu.press('Enter');
    await navigation.getByRole('link', { name: 'Routes' }).press('Enter');
    await expect.poll(() => shownText(page.locator('h1'))).toBe('Routes');
    expect(await menu.getAttribute('aria-expanded')).toBe('false');
    await page.context().close();
  });
});
