import { posix } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';

/** A folder of docs is a list of files in the repository, and no page. */
const isOutside = (page: string, href: string): boolean => {
  if (/^([a-z]+:|#|\/)/i.test(href)) return false;
  const path = posix.normalize(posix.join(posix.dirname(page), href.replace(/#.*/s, '')));
  return path.startsWith('../') || path.split('/')[0] === 'examples';
};

/**
 * Renders links to files of the repository outside docs as text, because the site does not hold them. In the repository
 * they lead to the file; test/unit/docs/links.test.ts checks that it exists.
 */
export function outsideLinks(md: MarkdownRenderer): void {
  md.core.ruler.push('outside-links', ({ tokens, env }) => {
    const page = String(env.relativePath ?? '');
    for (const { children } of tokens) {
      let outside = false;
      for (const token of children ?? []) {
        if (token.type === 'link_open') outside = isOutside(page, token.attrGet('href') ?? '');
        if (!outside || !token.type.startsWith('link_')) continue;
        if (token.type === 'link_close') outside = false;
        token.type = 'text';
        token.tag = '';
        token.nesting = 0;
        token.attrs = null;
        token.content = '';
      }
    }
  });
}
