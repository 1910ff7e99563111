import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Hand } from '../../support/audit.ts';
import { NO_CHROMIUM, openBrowser, requireChromium } from '../../support/browser.ts';
import { startWorld, type World } from '../../support/engine.ts';
import { changed, state, withdrawn } from '../../support/events.ts';
import { openPage, shownText } from './page/open-page.ts';
import { type RealConsole, startRealConsole } from './real-console.ts';

const chromium = requireChromium();
const CREATED = 1_760_000_000;

describe.skipIf(chromium === undefined)(`the page with its real server and the engine (${NO_CHROMIUM})`, () => {
  let browser: Browser;
  let world: World;
  let real: RealConsole;

  beforeAll(async () => {
    browser = await openBrowser(chromium as string);
    world = await startWorld({ now: Date.now });
    await world.deliver(
      changed(10, state('shop', { members: ['10.1.0.1', '10.1.0.2'], created: CREATED })),
      changed(11, state('empty', { members: [], created: CREATED })),
      changed(12, state('first', { hosts: ['both.example.com'], created: CREATED })),
      changed(13, state('second', { hosts: ['both.example.com'], created: CREATED + 86_400 })),
    );
    real = await startRealConsole(world);
  });

  afterAll(async () => {
    await browser?.close();
    await real?.stop();
    await world?.stop();
  });

  it('shows what the engine wrote, follows it, and asks nobody else', async () => {
    const { page, problems, requests, go } = await openPage(browser, real.server.url);
    const home = `http://127.0.0.1:${real.server.port}/`;
    expect(page.url()).toBe(home);
    await expect.poll(() => shownText(page.locator('#appliance'))).toBe('edge');
    await expect.poll(() => shownText(page.locator('.concerns'))).toContain('1 conflict');

    await go('#/routes');
    await expect
      .poll(() => page.locator('tbody th a').allTextContents())
      .toEqual(['both.example.com', 'empty.example.com', 'shop.example.com']);
    await page.getByRole('searchbox').fill('empty');
    await expect.poll(() => shownText(page.getByRole('status'))).toBe('1 of 3 routes');
    await page.locator('tbody th a').click();
    await expect.poll(() => shownText(page.locator('h1'))).toBe('empty.example.com');
    expect(await shownText(page.locator('.reason'))).toBe(
      'The service group has no member: connections are reset. Check that the Service selects ready pods.',
    );

    await go('#/conflicts');
    await expect.poll(() => shownText(page.locator('.waiting'))).toContain('default/second');
    expect(await shownText(page.locator('tbody'))).toContain('default/first');

    await go('#/changes');
    await world.deliver(changed(20, state('news', { created: CREATED })), withdrawn(21, 'first'));
    await expect
      .poll(() => page.locator('tbody tr').allTextContents())
      .toContainEqual(expect.stringMatching(/news.*Programmed/));
    await expect
      .poll(() => page.locator('tbody tr').allTextContents())
      .toContainEqual(expect.stringMatching(/second.*Took over/));

    expect(problems).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(home))).toEqual([]);
    await page.context().close();
  });

  it('shows a change by hand as drift, field by field', async () => {
    const { page, problems, go } = await openPage(browser, real.server.url);
    const hand = new Hand(world);
    const object = await hand.backend('shop', 'test');
    await hand.set('lbvserver', object, { clttimeout: 77 });
    await go('#/drift');
    await expect
      .poll(() => page.locator('.drift tbody tr').allTextContents())
      .toContainEqual(expect.stringContaining('77'));
    expect(await shownText(page.locator('.drift'))).toContain(object);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('an address that was used before is refused with what to do', async () => {
    const { url } = real.server;
    const first = await openPage(browser, url);
    await first.page.context().close();
    const context = await browser.newContext();
    const page = await context.newPage();
    const answer = await page.goto(url);
    expect(answer?.status()).toBe(401);
    expect(await shownText(page.locator('main'))).toContain('each address works once');
    await context.close();
  });
});
