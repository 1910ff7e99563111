import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_CHROMIUM, openBrowser, requireChromium } from '../../../support/browser.ts';
import { consoleFixture } from './fixture.ts';
import { FixtureServer } from './fixture-server.ts';
import { type OpenPage, openPage, shownText } from './open-page.ts';

const chromium = requireChromium();
const ROUTES = 10_000;

describe.skipIf(chromium === undefined)(`routes of the console (${NO_CHROMIUM})`, () => {
  let browser: Browser;
  let server: FixtureServer;

  beforeAll(async () => {
    browser = await openBrowser(chromium as string);
    server = await FixtureServer.start(consoleFixture(ROUTES));
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const open = async (fragment: string): Promise<OpenPage> => {
    const opened = await openPage(browser, server.url);
    await opened.go(fragment);
    return opened;
  };
  const count = (page: Page): Promise<string> => shownText(page.getByRole('status').first());
  const hosts = (page: Page): Promise<string[]> => page.locator('tbody th').allTextContents();

  it('a search over 10,000 routes says how many fit, and the address keeps it', async () => {
    const { page } = await open('#/routes');
    expect(await count(page)).toBe('10,000 routes');
    await page.getByRole('searchbox').fill('vault-0003');
    await expect.poll(() => count(page)).toBe('5 of 10,000 routes');
    expect(await hosts(page)).toHaveLength(5);
    expect(new URL(page.url()).hash).toBe('#/routes?search=vault-0003');
    await page.reload();
    await expect.poll(() => page.getByRole('searchbox').inputValue()).toBe('vault-0003');
    await expect.poll(() => count(page)).toBe('5 of 10,000 routes');
    await page.context().close();
  });

  it('pages follow each other, and the focus stays on the link', async () => {
    const { page } = await open('#/routes');
    const first = await hosts(page);
    await page.getByRole('link', { name: 'Next' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => shownText(page.locator('.pager'))).toContain('Page 2 of 200');
    expect(await hosts(page)).toHaveLength(50);
    expect((await hosts(page)).filter((host) => first.includes(host))).toEqual([]);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Next');
    await page.goBack();
    await expect.poll(() => hosts(page)).toEqual(first);
    await page.context().close();
  });

  it('a filter is kept by a search, and is marked as chosen', async () => {
    const { page } = await open('#/routes');
    await page.getByRole('link', { name: /^Down/ }).click();
    await expect.poll(() => count(page)).toBe('11 of 10,000 routes');
    expect(await shownText(page.locator('.chip[aria-current]'))).toMatch(/^Down/);
    await page.getByRole('searchbox').fill('data');
    await expect.poll(() => page.url()).toContain('#/routes?search=data&state=down');
    await expect.poll(async () => (await hosts(page)).filter((host) => !host.includes('.data.'))).toEqual([]);
    await page.context().close();
  });

  it('a new reading changes rows, but not the focus, the place of the page, or what is being typed', async () => {
    const { page } = await open('#/routes');
    await page.getByRole('searchbox').fill('orders');
    await expect.poll(() => count(page)).toMatch(/of 10,000/);
    const link = page.locator('tbody th a').nth(30);
    await link.focus();
    const before = await page.evaluate(() => ({ top: window.scrollY, focused: document.activeElement?.textContent }));
    expect(before.top).toBeGreaterThan(100);
    const shown = await hosts(page);
    server.fixture.routes = server.fixture.routes.map((route) =>
      route.host === shown[0] ? { ...route, state: 'down' as const, up: 0 } : route,
    );
    server.fixture.overview = { ...server.fixture.overview, version: server.fixture.overview.version + 1 };
    server.tell('overview', server.fixture.overview);
    await expect.poll(() => shownText(page.locator('tbody tr').first().locator('td').first())).toBe('Down');
    expect(await page.evaluate(() => ({ top: window.scrollY, focused: document.activeElement?.textContent }))).toEqual(
      before,
    );
    expect(await hosts(page)).toEqual(shown);
    await page.getByRole('searchbox').focus();
    server.fixture.overview = { ...server.fixture.overview, version: server.fixture.overview.version + 1 };
    await page.keyboard.type('-001');
    server.tell('overview', server.fixture.overview);
    await expect.poll(() => page.url()).toContain('search=orders-001');
    expect(await page.getByRole('searchbox').inputValue()).toBe('orders-001');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('search');
    await page.context().close();
  });
});
