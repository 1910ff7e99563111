import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, commandsOf, DOC_PAGES, nspassArguments, wordsOf } from '../../support/doc-pages.ts';
import { requireAssets } from '../../support/envtest.ts';
import { PARSED_ONLY } from './parsed-only.ts';
import { DocsWorld } from './world.ts';

/** Commands that run until Ctrl-C, and what they print when they are ready. */
const ENDLESS: Readonly<Record<string, RegExp>> = { local: /^ready /m, appliance: /^NITRO /m };

/** Exit statuses of a command that did its work (docs/cli.md): 1 says that something would change, or is wrong. */
const DONE: Readonly<Record<string, readonly number[]>> = { plan: [0, 1], why: [0, 1], lint: [0, 1] };

const normalized = (line: string): string => line.replace(/^npm run -s nspass -- /, 'nspass ');
const parsedOnly = (line: string) => PARSED_ONLY.find(({ form }) => form.test(normalized(line)));
const helmInstall = (line: string): boolean => line.startsWith('helm install ');

const commands = DOC_PAGES.flatMap(commandsOf);
const run = commands.filter(({ line }) => parsedOnly(line) === undefined && !helmInstall(line));

/** Files that a page shows: a block of YAML that begins with a comment that is a name. */
const filesOf = (page: string): { name: string; text: string }[] =>
  blocksOf(page).flatMap(({ language, text }) => {
    const name = /^# ([\w-]+\.ya?ml)\n/.exec(text)?.[1];
    return language === 'yaml' && name !== undefined ? [{ name, text }] : [];
  });

describe('commands of the pages, run as they are written', () => {
  let world: DocsWorld;
  beforeAll(async () => {
    world = await DocsWorld.start();
  });
  afterAll(() => world?.stop());

  it('are run, or named with a reason', () => {
    expect(run.length).toBeGreaterThan(25);
    expect(run.filter(({ line }) => nspassArguments(wordsOf(line)[0] ?? []) === undefined)).toEqual([]);
    const unused = PARSED_ONLY.filter(({ form }) => !commands.some(({ line }) => form.test(normalized(line))));
    expect(unused).toEqual([]);
  });

  it.each(run)('$page: $line', async ({ page, line, output }) => {
    for (const { name, text } of filesOf(page)) await writeFile(join(world.dir, name), text);
    const name = nspassArguments(wordsOf(line)[0] ?? [])?.[0] ?? '';
    const ready = ENDLESS[name];
    const ran = ready === undefined ? await world.run(line) : await world.runUntil(normalized(line), ready);
    expect(DONE[name] ?? [0], ran.output).toContain(ran.status);
    expect(ran.output).not.toMatch(/^nspass: .*(not found|cannot|unknown)/m);
    // What a page shows is printed; `…` stands for what differs between two runs.
    const printed = ran.output.split('\n').map((text) => text.trimEnd());
    for (const shown of output.filter((text) => text !== '…')) {
      const parts = shown.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
      expect(printed).toContainEqual(expect.stringMatching(new RegExp(`^${parts.join('.*')}$`)));
    }
  });
});

const assets = await requireAssets();

// Without a cluster, `helm template` checks the chart, the names of its values and the schema that they must fit.
describe.skipIf(assets === undefined)('helm install of the pages', () => {
  const installs = commands.filter(({ line }) => helmInstall(line));
  const render = (line: string) => {
    const [, , ...args] = wordsOf(line)[0] ?? [];
    const home = join(tmpdir(), 'nspass-docs-helm');
    const env = { PATH: process.env.PATH, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home };
    return promisify(execFile)(join(assets ?? '', 'helm'), ['template', ...args], { env });
  };

  it.each(installs)('$page: $line renders', async ({ line }) => {
    expect((await render(line)).stdout).toContain('kind: Deployment');
  });

  it('a value that there is not fails', async () => {
    expect(installs.length).toBeGreaterThan(1);
    await expect(render(`${installs[0]?.line} --set config.nosuch=1`)).rejects.toThrow(/nosuch/);
  });
});
