import { cpSync, globSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { headingSlug } from '../heading-slug.ts';
import { outsideLinks } from '../outside-links.ts';
import { SIDEBAR } from '../sidebar.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  // The theme sets the colours before the first paint, in a script of the page itself.
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
].join('; ');

// The pages stay in docs, where generators, runbooks and the package find them.
export default defineConfig({
  title: 'netscaler-passthrough',
  description: 'SSL passthrough on NetScaler from Kubernetes Ingresses, driven by events',
  lang: 'en-GB',
  srcDir: '../docs',
  outDir: './dist',
  cacheDir: '../node_modules/.cache/vitepress',
  // Folder of the site on its server.
  base: process.env.SITE_BASE ?? '/',
  cleanUrls: false,
  // A dead link fails the build.
  ignoreDeadLinks: false,
  // Pages are plain Markdown: `<name>` in a sentence is text.
  markdown: { html: false, anchor: { slugify: headingSlug }, config: (md) => void md.use(outsideLinks) },
  // A browser refuses every request to another server.
  head: [['meta', { 'http-equiv': 'Content-Security-Policy', content: POLICY }]],
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: SIDEBAR,
    externalLinkIcon: true,
  },
  // Pages link to schemas and manifests as they are.
  buildEnd: ({ outDir }) => {
    for (const file of globSync('{events,examples}/**/*.{json,yaml}', { cwd: join(ROOT, 'docs') })) {
      mkdirSync(dirname(join(outDir, file)), { recursive: true });
      cpSync(join(ROOT, 'docs', file), join(outDir, file));
    }
  },
});
