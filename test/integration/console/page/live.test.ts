import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NO_CHROMIUM, openBrowser, requireChromium } from '../../../support/browser.ts';
import { consoleFixture } from './fixture.ts';
import { FixtureServer } from './fixture-server.ts';
import { openPage, shownText } from './open-page.ts';

const chromium = requireChromium();

describe.skipIf(chromium === undefined)(`live values of the console (${NO_CHROMIUM})`, () => {
  let browser: Browser;
  let server: FixtureServer;

  beforeAll(async () => {
    browser = await openBrowser(chromium as string);
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    server = await FixtureServer.start(consoleFixture(200));
  });
  afterEach(async () => {
    await server.stop();
  });

  it('a change appears by itself, first, and the count is announced', async () => {
    const { page, go } = await openPage(browser, server.url);
    await go('#/changes');
    await expect.poll(() => shownText(page.getByRole('status'))).toBe('6 changes');
    server.tell('change', {
      id: 99,
      at: Date.now(),
      owner: { cluster: 'prod-eu-1', namespace: 'shop', name: 'new' },
      what: 'programmed',
      hosts: ['new.example.com'],
    });
    await expect.poll(() => shownText(page.locator('tbody th').first())).toBe('prod-eu-1 shop/new');
    expect(await shownText(page.getByRole('status'))).toBe('7 changes');
    await page.context().close();
  });

  it('the overview follows each reading, and draws how values went', async () => {
    const { page } = await openPage(browser, server.url);
    const { overview } = server.fixture;
    server.tell('overview', { ...overview, at: overview.at + 1_000, connections: 77_123 });
    await expect.poll(() => shownText(page.locator('.figures'))).toContain('77,123');
    await expect
      .poll(() => page.getByRole('img', { name: /^Open connections since/ }).getAttribute('aria-label'))
      .toMatch(/to 77,123$/);
    await page.context().close();
  });

  it('a replay moves on', async () => {
    const { page, go } = await openPage(browser, server.url);
    await go('#/replay');
    const [running] = (server.fixture.replay.replays ?? []) as readonly object[];
    server.tell('replay', { replays: [{ ...running, share: 0.75 }] });
    await expect.poll(() => page.locator('progress').first().getAttribute('value')).toBe('0.75');
    await page.context().close();
  });

  it('a lost connection is said at once, and is gone when the server is back', async () => {
    const { page, go } = await openPage(browser, server.url);
    await go('#/routes');
    const { port } = server;
    await server.stop();
    await expect.poll(() => shownText(page.getByRole('alert'))).toMatch(/^Connection to the console lost/);
    expect(await shownText(page.locator('.connection'))).toBe('Not connected');
    expect(await page.locator('tbody tr').count()).toBe(50);
    server.fixture.overview = { ...server.fixture.overview, version: 9, total: 4_321 };
    await server.listen(port);
    await expect.poll(() => shownText(page.getByRole('alert'))).toBe('');
    await expect.poll(() => shownText(page.locator('.chips'))).toContain('4,321');
    await page.context().close();
  });

  it('an appliance that does not answer is named, with the last values kept', async () => {
    const { page } = await openPage(browser, server.url);
    const reason = 'edge does not answer at https://192.0.2.5: check the address and the network.';
    server.tell('overview', { ...server.fixture.overview, unreachable: reason });
    await expect.poll(() => shownText(page.getByRole('alert'))).toContain(reason);
    expect(await shownText(page.locator('.figure-value').first())).toBe('200');
    await page.context().close();
  });

  it('a refusal of the server is shown in its own words, and can be tried again', async () => {
    const { page, go } = await openPage(browser, server.url);
    server.refusal = { status: 503, error: 'The appliance has not been read yet.' };
    await go('#/conflicts');
    await expect.poll(() => shownText(page.locator('.notice'))).toBe('The appliance has not been read yet.');
    server.refusal = undefined;
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => page.locator('.notice').count()).toBe(0);
    await page.context().close();
  });
});
