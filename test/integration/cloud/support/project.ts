import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Template } from '../../../../infra/standalone.ts';

export const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const TEMPLATE = '.serverless/standalone/template.json';
const LINKED = ['functions', 'lib', 'infra', 'node_modules'];
const COPIED = ['package.json', 'serverless.yml', 'appliances.example.yml'];

/** Ends the script instead of a stack trace in a test. */
export interface Ran {
  readonly status: number | null;
  readonly output: string;
}

/** Runs a program to its end. */
export function run(command: string, args: readonly string[], cwd: string, env = process.env): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', reject).on('close', (status) => resolve({ status, output }));
  });
}

/** A project of its own, so that packaging disturbs neither a user's nor another test's. */
export interface Project {
  readonly dir: string;
  /** `npm run package`, with arguments. */
  package(...args: string[]): Promise<Ran>;
  /** osls itself. */
  osls(...args: string[]): Promise<Ran>;
  template(): Promise<Template>;
  /** Content of the zip that a function runs. */
  zip(functionId: string): Promise<Buffer>;
  remove(): Promise<void>;
}

export interface ProjectOptions {
  /** Text of `appliances.yml`; none where absent. */
  readonly appliances?: string;
  /** Lines added to `custom.nspass` of serverless.yml. */
  readonly settings?: readonly string[];
  /** Further files. */
  readonly files?: Readonly<Record<string, string>>;
}

export async function createProject(options: ProjectOptions = {}): Promise<Project> {
  const dir = await mkdtemp(join(tmpdir(), 'nspass-cloud-'));
  for (const name of LINKED) await symlink(join(ROOT, name), join(dir, name));
  for (const name of COPIED) await cp(join(ROOT, name), join(dir, name));
  for (const [name, text] of Object.entries(options.files ?? {})) await writeFile(join(dir, name), text);
  if (options.appliances !== undefined) await writeFile(join(dir, 'appliances.yml'), options.appliances);
  if (options.settings !== undefined) {
    const yml = await readFile(join(dir, 'serverless.yml'), 'utf8');
    const added = options.settings.map((line) => `\n    ${line}`).join('');
    await writeFile(
      join(dir, 'serverless.yml'),
      yml.replace(/ {4}appliances: \$.*/, (line) => line + added),
    );
  }
  const template = async (): Promise<Template> => JSON.parse(await readFile(join(dir, TEMPLATE), 'utf8'));
  // Credentials, or an account, must never be needed.
  const env = { PATH: process.env.PATH ?? '', HOME: dir };
  return {
    dir,
    package: (...args) => run(process.execPath, ['infra/package.ts', ...args], dir, env),
    osls: (...args) => run(process.execPath, ['node_modules/osls/bin/serverless.js', ...args], dir, env),
    template,
    async zip(functionId) {
      const code = (await template()).Resources[functionId]?.Properties.Code as { S3Key: string };
      return readFile(join(dir, '.serverless/standalone', code.S3Key));
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
