import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_CHROMIUM, openBrowser, requireChromium } from '../../../support/browser.ts';
import { consoleFixture } from './fixture.ts';
import { FixtureServer } from './fixture-server.ts';
import { openPage, shownText } from './open-page.ts';

const chromium = requireChromium();
const MARKUP = '"><script>window.taken = true</script><img src=x onerror="window.taken = true">\'&amp;';
const TURNED = 'safe\u202Emoc.live\u0007\u200B.example.com';
const SHOWN = 'safe\\u{202e}moc.live\\u{7}\\u{200b}.example.com';
const owner = { cluster: MARKUP, namespace: 'javascript:alert(1)', name: TURNED };

describe.skipIf(chromium === undefined)(`names that are markup, or that turn the text (${NO_CHROMIUM})`, () => {
  let browser: Browser;
  let server: FixtureServer;

  beforeAll(async () => {
    browser = await openBrowser(chromium as string);
    const fixture = consoleFixture(3);
    const [first] = fixture.routes;
    if (first === undefined) throw new Error('the fixture has no route');
    const item = {
      code: MARKUP,
      kind: 'drift' as const,
      object: MARKUP,
      is: TURNED,
      should: MARKUP,
      owners: [owner],
      remedy: MARKUP,
    };
    const drift = [
      { ...item, fields: [{ field: MARKUP, is: TURNED, should: MARKUP }] },
      { ...item, fields: [], should: 'x' },
    ];
    server = await FixtureServer.start({
      ...fixture,
      routes: [
        { ...first, host: MARKUP, frontend: `${MARKUP}/?#`, vip: MARKUP, holder: owner, state: 'down', standby: 1 },
        { ...first, host: TURNED, holder: owner },
      ],
      overview: {
        ...fixture.overview,
        appliance: MARKUP,
        unreachable: MARKUP,
        clusters: [{ name: MARKUP, ingresses: 1, routes: 1, newest: 1 }],
        queues: [{ name: MARKUP, kind: 'parking', waiting: 1, inFlight: 0 }],
      },
      changes: [{ id: 1, at: 1, owner, what: 'removed', hosts: [MARKUP, TURNED] }],
      drift: { at: 1, failed: MARKUP, items: drift },
      replay: { replays: [{ name: MARKUP, state: MARKUP, from: 1, to: 2, reached: 1, share: 0.5 }] },
      paths: new Map([
        [
          MARKUP,
          {
            drift,
            links: [{ kind: 'host', name: MARKUP, object: MARKUP, ok: false, text: MARKUP }],
            members: [{ address: MARKUP, port: 1, state: MARKUP }],
          },
        ],
      ]),
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('are shown as text in every view', async () => {
    const { page, problems, requests, go } = await openPage(browser, server.url);
    await go('#/routes');
    const links = await page
      .locator('tbody th a')
      .evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
    expect(links).toHaveLength(2);
    for (const fragment of ['#/', '#/routes', ...links, '#/conflicts', '#/drift', '#/changes', '#/replay']) {
      await go(fragment);
      const text = await shownText(page.locator('body'));
      const named = fragment === links[1] ? [SHOWN] : fragment === '#/replay' ? [MARKUP] : [MARKUP, SHOWN];
      for (const name of named) expect(text, `${fragment} shows ${name}`).toContain(name);
      expect(await page.locator('body script, img[src=x], [onerror], [style]').count(), fragment).toBe(0);
      expect(await page.locator('a[href^="javascript:"]').count(), fragment).toBe(0);
      const raw = await page.evaluate(() => document.documentElement.outerHTML);
      expect(
        ['\u0007', '\u200B', '\u202E'].filter((character) => raw.includes(character)),
        fragment,
      ).toEqual([]);
    }
    expect(await page.evaluate(() => 'taken' in window)).toBe(false);
    expect(problems).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(server.url))).toEqual([]);
    await page.context().close();
  });

  it('lead to the route that they name', async () => {
    const { page, go, settled } = await openPage(browser, server.url);
    await go('#/routes');
    await page.locator('tbody th a').first().click();
    await expect.poll(() => shownText(page.locator('h1'))).toBe(MARKUP);
    await settled();
    expect(await shownText(page.locator('.reason'))).toContain(MARKUP);
    await page.context().close();
  });
});
