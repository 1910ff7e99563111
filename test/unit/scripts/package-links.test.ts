import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandManifest, PAGES, type ProjectManifest } from '../../../scripts/command-manifest.ts';

const project = JSON.parse(readFileSync('package.json', 'utf8')) as ProjectManifest & {
  scripts: Record<string, string>;
};
const packed = (path: string): boolean =>
  PAGES.some((each) => path === each || path.startsWith(`${each}/`)) && existsSync(path);
const pages = globSync('{*.md,docs/**/*.md}').filter(packed).sort();

describe('pages of the package', () => {
  it.each(pages)('%s: every relative link leads to something that is packed', (page) => {
    const text = readFileSync(page, 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
    const missing = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map(([, target = '']) => posix.normalize(posix.join(posix.dirname(page), decodeURIComponent(target))))
      .map((path) => path.replace(/\/$/, ''))
      .filter((path) => !packed(path) && !(existsSync(path) && statSync(path).isDirectory() && packed(path)));
    expect(missing).toEqual([]);
  });

  it('what README says to run in a checkout is there, and it names the command of the package', () => {
    const readme = readFileSync('README.md', 'utf8');
    const run = [...readme.matchAll(/npm run (?:-s )?([a-z:]+)/g)].map(([, name = '']) => name);
    expect(run.filter((name) => project.scripts[name] === undefined)).toEqual([]);
    expect(commandManifest(project).bin).toHaveProperty('nspass');
    expect(readme).toContain('nspass demo');
  });
});
