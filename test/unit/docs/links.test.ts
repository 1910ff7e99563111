import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headingSlug } from '../../../site/heading-slug.ts';

const PAGES = [...globSync('*.md'), ...globSync('docs/**/*.md')].sort();
const FENCED = /^[ \t]*```[\s\S]*?^[ \t]*```/gm;

/** Returns the anchors of a page; a heading that comes again gets a number. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, heading = ''] of text.replaceAll(FENCED, '').matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = headingSlug(heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/[`*]/g, ''));
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    anchors.add(before === 0 ? slug : `${slug}-${before}`);
  }
  return anchors;
}

/** Returns the relative links of a page that lead nowhere. */
function broken(page: string, text: string): string[] {
  const links = [...text.replaceAll(FENCED, '').matchAll(/\]\((?![a-z]+:)([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : posix.join(posix.dirname(page), decodeURIComponent(path));
    if (!existsSync(target)) return true;
    if (anchor === undefined) return false;
    return statSync(target).isDirectory() || !anchorsOf(readFileSync(target, 'utf8')).has(anchor);
  });
}

describe('links of the pages', () => {
  it('finds files that are not there, and anchors without a heading', () => {
    const text = '[a](docs/cli.md#nspass-lint) [b](docs/cli.md#no-such) [c](no-such.md) [d](#no) [e](https://x.y/#z)';
    expect(broken('README.md', text)).toEqual(['docs/cli.md#no-such', 'no-such.md', '#no']);
  });

  it.each(PAGES)('%s: every link leads to a file of the repository, and to a heading of it', (page) => {
    expect(broken(page, readFileSync(page, 'utf8'))).toEqual([]);
  });

  it('every page is on the site: the sidebar names it', () => {
    const sidebar = readFileSync('site/sidebar.ts', 'utf8');
    const missing = globSync('docs/**/*.md')
      .map((page) => page.replace(/^docs/, '').replace(/\.md$/, ''))
      .filter((page) => page !== '/index' && !/^\/runbooks\/[a-z]/.test(page))
      .filter((page) => !sidebar.includes(`link: '${page}'`));
    expect(missing).toEqual([]);
  });
});

describe('headingSlug', () => {
  it.each([
    ['3. Deploy', '3-deploy'],
    ['What differs from the first design', 'what-differs-from-the-first-design'],
    ['Does it work with external-dns and GSLB?', 'does-it-work-with-external-dns-and-gslb'],
    ['nspass_forwarder: `ready`', 'nspass_forwarder-ready'],
  ])('%s → %s', (heading, slug) => expect(headingSlug(heading)).toBe(slug));
});

describe('pictures', () => {
  it.each(globSync('docs/images/*.svg').sort())(
    '%s: has a title and a description, and colours for dark mode',
    (file) => {
      const text = readFileSync(file, 'utf8');
      expect(text).toMatch(/<svg [^>]*role="img" aria-labelledby="title desc">\n {2}<title id="title">[^<]+<\/title>/);
      expect(text).toMatch(/<desc id="desc">[^<]{80,}<\/desc>/);
      expect(text).toContain('@media (prefers-color-scheme: dark)');
      // Every class with a colour has one for the dark.
      const [light = '', dark = ''] = text
        .split('@media (prefers-color-scheme: dark)')
        .map((part) => part.split('</style>')[0]);
      const classes = (css: string) => [...css.matchAll(/^\s*\.(\w+) \{/gm)].map(([, name]) => name).sort();
      expect(classes(dark)).toEqual(classes(light));
      expect(text.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:|href/);
    },
  );
});
