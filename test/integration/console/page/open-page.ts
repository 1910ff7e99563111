import type { Browser, BrowserContextOptions, CDPSession, Locator, Page } from 'playwright-core';
import { patient } from '../../../support/patience.ts';

/** An open page, and everything about it that must not happen. */
export interface OpenPage {
  readonly page: Page;
  /** Errors of the console, exceptions, and violations of the content security policy. */
  readonly problems: string[];
  /** Every URL that the page asked for. */
  readonly requests: string[];
  /** Goes to a view, and waits until it is shown. */
  go(fragment: string): Promise<void>;
  /** Waits until no load is under way. */
  settled(): Promise<void>;
}

/** Scripts are text here, so that a test without the types of a browser can import this file. */
const REPORT_VIOLATIONS = `document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
  console.error('violation of ' + violatedDirective + ' by ' + blockedURI))`;
/** Marks the view as loading first: the page takes the mark away when it has shown the new one. */
const GO = `(fragment) => {
  if (window.location.hash === fragment) return;
  document.getElementById('content').setAttribute('aria-busy', 'true');
  window.location.hash = fragment;
}`;

/**
 * Opens a page of its own in a context of its own.
 *
 * @param url of the console, with its token where it needs one.
 */
export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(patient(30_000));
  const page = await context.newPage();
  const problems: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  context.on('request', (request) => requests.push(request.url()));
  await page.addInitScript({ content: REPORT_VIOLATIONS });
  const settled = async (): Promise<void> => {
    await page.locator('#content[aria-busy="false"]').waitFor();
  };
  await page.goto(url);
  await settled();
  return {
    page,
    problems,
    requests,
    settled,
    async go(fragment) {
      await page.evaluate(`(${GO})(${JSON.stringify(fragment)})`);
      await settled();
    },
  };
}

/** A node of the accessibility tree: what a screen reader has. */
export interface AccessibleNode {
  readonly role: string;
  readonly name: string;
}

interface RawNode {
  readonly ignored: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value?: string };
}

/** Reads the accessibility tree of Chromium. */
export async function accessibleNodes(page: Page): Promise<AccessibleNode[]> {
  const session: CDPSession = await page.context().newCDPSession(page);
  const { nodes } = (await session.send('Accessibility.getFullAXTree')) as { nodes: RawNode[] };
  await session.detach();
  return nodes
    .filter(({ ignored }) => !ignored)
    .map(({ role, name }) => ({ role: role?.value ?? '', name: name?.value?.trim() ?? '' }));
}

/** Returns the text of an element as a user sees it, without what is hidden. */
export function shownText(locator: Locator): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: it also has text that is not shown
  return locator.innerText();
}
