import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_CHROMIUM, openBrowser, requireChromium } from '../../../support/browser.ts';
import { consoleFixture } from './fixture.ts';
import { FixtureServer } from './fixture-server.ts';
import { accessibleNodes, openPage } from './open-page.ts';

const chromium = requireChromium();
/** Roles of what can be used, and of pictures: a screen reader says their names. */
const NAMED = [
  'button',
  'link',
  'textbox',
  'searchbox',
  'image',
  'img',
  'progressbar',
  'navigation',
  'region',
  'table',
  'heading',
];

const fixture = consoleFixture(500);
const down = fixture.routes.find(({ state }) => state === 'down');
const conflict = fixture.routes.find(({ standby }) => standby > 0);
const routeOf = (route = down): string => `#/route/${route?.host}/${encodeURIComponent(route?.frontend ?? '')}`;

/** Fragment → heading. */
const VIEWS: readonly (readonly [string, string])[] = [
  ['#/', 'Overview'],
  ['#/routes', 'Routes'],
  ['#/routes?search=nothing-has-this', 'Routes'],
  ['#/routes?state=down', 'Routes'],
  [routeOf(), down?.host ?? ''],
  [routeOf(conflict), conflict?.host ?? ''],
  ['#/route/gone.example.com/x', 'gone.example.com'],
  ['#/conflicts', 'Conflicts'],
  ['#/drift', 'Drift'],
  ['#/changes', 'Changes'],
  ['#/replay', 'Replay'],
  ['#/elsewhere', 'No such page'],
];

describe.skipIf(chromium === undefined)(`the views of the console (${NO_CHROMIUM})`, () => {
  let browser: Browser;
  let server: FixtureServer;

  beforeAll(async () => {
    browser = await openBrowser(chromium as string);
    server = await FixtureServer.start(fixture);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  describe.each([
    { width: 1280, colorScheme: 'light' },
    { width: 800, colorScheme: 'dark' },
    { width: 360, colorScheme: 'light' },
    { width: 360, colorScheme: 'dark' },
  ] as const)('$width pixels, $colorScheme', ({ width, colorScheme }) => {
    it('every view has its heading, fits in the width, names what can be used, and asks nobody else', async () => {
      const { page, problems, requests, go } = await openPage(browser, server.url, {
        viewport: { width, height: 740 },
        colorScheme,
      });
      for (const [fragment, title] of VIEWS) {
        await go(fragment);
        await expect.poll(() => page.locator('h1').allTextContents(), { message: fragment }).toEqual([title]);
        expect(await page.title(), fragment).toContain(title);
        const wide = await page.evaluate(() => document.scrollingElement?.scrollWidth);
        expect(wide, `${fragment} is ${wide} pixels wide`).toBeLessThanOrEqual(width);
        const nodes = await accessibleNodes(page);
        const nameless = nodes.filter(({ role, name }) => NAMED.includes(role) && name === '');
        expect(nameless, `${fragment} has elements without a name`).toEqual([]);
        expect(nodes.filter(({ role }) => role === 'main')).toHaveLength(1);
      }
      // The address of a route that is gone is answered with 404, which Chromium reports by itself.
      expect(problems.filter((problem) => !problem.includes('404'))).toEqual([]);
      expect(requests.length).toBeGreaterThan(VIEWS.length);
      expect(requests.filter((url) => !url.startsWith(server.url))).toEqual([]);
      await page.context().close();
    });
  });

  it('the ground is dark where the user prefers it', async () => {
    const ground = async (colorScheme: 'light' | 'dark'): Promise<number> => {
      const { page } = await openPage(browser, server.url, { colorScheme });
      const color = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      await page.context().close();
      return Number(/\d+/.exec(color)?.[0]);
    };
    expect(await ground('dark')).toBeLessThan(60);
    expect(await ground('light')).toBeGreaterThan(200);
  });

  it('the path says which link is broken, why, and what to do', async () => {
    const { page, go } = await openPage(browser, server.url);
    await go(routeOf());
    const steps = page.locator('#path-steps > li');
    expect(await steps.locator('strong').allTextContents()).toEqual([
      'Client',
      'Front end',
      'Host row',
      'Back end',
      'Members',
    ]);
    expect(await page.locator('.step.broken .reason').allTextContents()).toEqual([
      '0 of 3 members are up. Check that the pods listen, and that the appliance reaches their addresses.',
    ]);
    expect(await page.locator('.diagram svg').getAttribute('aria-describedby')).toBe('path-steps');
    expect(await page.locator('.diagram-box.diagram-broken').count()).toBe(4);
    await page.context().close();
  });

  it('drift is shown field by field', async () => {
    const { page, go } = await openPage(browser, server.url);
    await go('#/drift');
    const first = page.locator('.drift > li').first();
    expect(await first.locator('tbody tr').allTextContents()).toEqual([
      'lbMethodLEASTCONNECTIONROUNDROBIN',
      'cltTimeout1809000',
    ]);
    await page.context().close();
  });

  it('certificates that expire need attention, what fails first comes first, and lead to their hosts', async () => {
    const { page, go } = await openPage(browser, server.url);
    await go('#/');
    const concerns = await page.locator('.concerns a').allTextContents();
    const said = concerns.filter((text) => text.includes('certificate'));
    const counts = fixture.overview.certificates;
    if (counts === undefined) throw new Error('the fixture has no certificates');
    expect(said).toEqual(
      [
        [counts.expired, 'expired'],
        [counts[3], 'expiring within 3 days'],
        [counts[14], 'expiring within 14 days'],
        [counts[30], 'expiring within 30 days'],
        [counts.unseen, 'not seen'],
      ].flatMap(([number, what]) =>
        number === 0 ? [] : `${number} ${number === 1 ? 'certificate' : 'certificates'} ${what}`,
      ),
    );
    expect(said.length).toBeGreaterThan(2);
    await page.locator('.concerns a', { hasText: 'certificate' }).first().click();
    await expect.poll(() => page.url()).toContain('#/routes?state=expiring');
    await expect
      .poll(() => page.locator('tbody tr').count())
      .toBe(Object.values(counts).reduce((sum, number) => sum + number, 0));
    const column = await page.locator('td[data-label="Certificate"]').allTextContents();
    for (const text of column) expect(text).toMatch(/^(Expired|Within (3|14|30) days) \d|^Not seen$/);
    await page.context().close();
  });

  it('a path tells what the appliance counts, and what the back end shows', async () => {
    const { page, go } = await openPage(browser, server.url);
    await go(routeOf());
    const fact = (title: string): Promise<string | null> =>
      page.locator(`.facts [data-key="${title}"] dd`).textContent();
    const { open, connections } = down?.traffic ?? { open: 0, connections: 0 };
    const number = (value: number): string => value.toLocaleString('en');
    expect(await fact('Connections')).toBe(`${number(open)} open, ${number(connections)} since the back end was made`);
    expect(await fact('Bytes')).toMatch(/^[\d.]+ [kMG]?B in, [\d.]+ [kMG]?B out$/);
    expect(await fact('Resets of the front end')).toBe('1,204 with an unknown name, 17 without a member');
    expect(await fact('Certificate')).toMatch(/\d{4} CN=example.com$/);
    await page.context().close();
  });

  it('a console that looks at no certificates has neither the column nor the filter', async () => {
    const other = await FixtureServer.start({ ...fixture, overview: { ...fixture.overview, certificates: undefined } });
    const { page, go } = await openPage(browser, other.url);
    await go('#/routes');
    expect(await page.locator('thead').textContent()).not.toContain('Certificate');
    expect(await page.locator('.chips').textContent()).not.toContain('Certificates to renew');
    await page.context().close();
    await other.stop();
  });

  it('a page without data says what to do next', async () => {
    const empty = consoleFixture(0);
    const other = await FixtureServer.start({
      ...empty,
      changes: [],
      drift: { at: undefined, items: [] },
      replay: { replays: undefined },
      overview: { ...empty.overview, queues: undefined, clusters: [], drift: undefined, connections: undefined },
    });
    const { page, go } = await openPage(browser, other.url);
    const said: string[] = [];
    for (const fragment of ['#/routes', '#/conflicts', '#/drift', '#/changes', '#/replay']) {
      await go(fragment);
      said.push((await page.locator('.empty-title').allTextContents()).join());
    }
    expect(said).toEqual([
      'This appliance has no route yet.',
      'No host is claimed twice.',
      'No audit has finished yet.',
      'No Ingress has changed since the console started.',
      'Replays belong to a deployment.',
    ]);
    await page.context().close();
    await other.stop();
  });

  it('markup that gets into the page is refused by the policy, and this test would see it', async () => {
    const { page, problems } = await openPage(browser, server.url);
    const written = page.evaluate(() => {
      document.body.innerHTML = '<img src="https://example.com/x.png">';
    });
    await expect(written).rejects.toThrow(/TrustedHTML/);
    expect(problems.join()).toMatch(/TrustedHTML/);
    await page.context().close();
  });
});
