import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);

/** Addresses of others in the scripts of the theme, which none of them requests. */
const NAMED: Readonly<Record<string, string>> = {
  'http://www.w3.org': 'names of XML namespaces',
  'https://vuejs.org': 'text of an error of Vue',
  'https://github.com': 'licences in comments',
  'https://docsearch.algolia.com': 'text of a hint of the other search, which is off',
  'https://api.iconify.design': 'icons of social links, of which there are none',
  'http://a.com': 'tells whether the browser knows URL',
};

/** Returns what a page or style loads by itself; links that a reader follows are not among it. */
function loaded(text: string): string[] {
  return [
    ...text.matchAll(/<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\bsrc="([^"]+)"/g),
    ...text.matchAll(/<link\b[^>]*\bhref="([^"]+)"/g),
    ...text.matchAll(/url\(\s*["']?([^"')]+)/g),
    ...text.matchAll(/@import\s+["']([^"']+)/g),
  ].map(([, address = '']) => address);
}

const foreign = (address: string): boolean => /^(https?:)?\/\//.test(address);

describe('the built site', () => {
  let dir: string;
  let pages: string[];
  const read = (file: string): string => readFileSync(join(dir, file), 'utf8');
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'nspass-site-'));
    const vitepress = 'node_modules/vitepress/bin/vitepress.js';
    await run(process.execPath, [vitepress, 'build', 'site', '--outDir', dir]);
    pages = globSync('**/*.html', { cwd: dir });
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('has a page for each page of docs', () => {
    const sources = globSync('docs/**/*.md').map((file) => file.replace(/^docs\/(.*)\.md$/, '$1.html'));
    expect(sources.filter((page) => !pages.includes(page))).toEqual([]);
  });

  it('loads nothing from another server', () => {
    const files = globSync('**/*.{html,css}', { cwd: dir });
    expect(files.length).toBeGreaterThan(40);
    const all = files.flatMap((file) => loaded(read(file)).map((address) => `${file}: ${address}`));
    expect(all.length).toBeGreaterThan(100);
    expect(all.filter((each) => foreign(each.replace(/^[^ ]+ /, '')))).toEqual([]);
    for (const page of pages) expect(read(page), page).toContain("default-src 'self'");
  });

  it('names in its scripts no other server than those of which it is known why', () => {
    // Scripts of the pages hold their text, with addresses of examples.
    const scripts = globSync('assets/**/*.js', { cwd: dir }).filter((file) => !/\.md\.|localSearchIndex/.test(file));
    expect(scripts.length).toBeGreaterThan(2);
    const origins = scripts.flatMap((file) => read(file).match(/https?:\/\/[a-z0-9.-]+\.[a-z]+/g) ?? []);
    expect([...new Set(origins)].filter((origin) => !Object.hasOwn(NAMED, origin))).toEqual([]);
  });

  it('has an index of its own for the search', () => {
    const [index] = globSync('assets/**/*localSearchIndex*.js', { cwd: dir });
    expect(read(index ?? '')).toContain('migrate/ingress-nginx');
  });

  it('has a target for each link inside', () => {
    const ids = new Map(
      pages.map((page) => [page, new Set([...read(page).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))]),
    );
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/<a\b[^>]*\bhref="([^"]+)"/g)]
        .map(([, href = '']) => href)
        .filter((href) => !/^[a-z]+:/.test(href))
        .filter((href) => {
          const [path = '', anchor] = decodeURIComponent(href).split('#');
          const full =
            path === '' ? page : posix.join(path.startsWith('/') ? '' : posix.dirname(page), path).replace(/^\//, '');
          const file = full === '' || full.endsWith('/') ? `${full}index.html` : full;
          if (!file.endsWith('.html')) return globSync(file, { cwd: dir }).length === 0;
          return !ids.has(file) || (anchor !== undefined && anchor !== '' && !ids.get(file)?.has(anchor));
        })
        .map((href) => `${page}: ${href}`),
    );
    expect(broken).toEqual([]);
  });
});
