// Checks what the project takes from others. `--since REF` lists how package-lock.json differs from that commit instead.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { licenceProblems, staleExceptions } from './licences.ts';
import { lockfileProblems, type PinningManifest, readLockfile } from './lockfile.ts';
import { packageChanges } from './lockfile-changes.ts';
import { unpinnedReferences } from './references.ts';
import { type RepositoryFile, repositoryFiles } from './repository-files.ts';
import { secretProblems, secretsIn } from './secrets.ts';

const LOCKFILE = 'package-lock.json';

/** Returns how the lockfile of a folder differs from a commit, as lines to print. @throws {Error} for an unknown commit. */
export function changesSince(root: string, ref: string): string[] {
  // `--end-of-options` keeps a name that begins with a dash from being an option.
  const before = execFileSync('git', ['show', '--end-of-options', `${ref}:./${LOCKFILE}`], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64_000_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return packageChanges(readLockfile(before), readLockfile(readFileSync(join(root, LOCKFILE), 'utf8')));
}

/** Returns the number of locked packages of a project, and what is wrong with them as lines to print. */
export function checkLockfile(root: string): { packages: number; problems: string[] } {
  const packages = readLockfile(readFileSync(join(root, LOCKFILE), 'utf8'));
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PinningManifest;
  return {
    packages: packages.length,
    problems: [...lockfileProblems(packages, manifest), ...licenceProblems(packages), ...staleExceptions(packages)],
  };
}

/** Returns the secrets in files, as lines to print. */
export async function checkSecrets(files: readonly RepositoryFile[]): Promise<string[]> {
  const found = await Promise.all(files.map(({ path, text }) => secretsIn(path, text)));
  return secretProblems(found.flat());
}

async function check(root: string): Promise<void> {
  const lockfile = checkLockfile(root);
  const files = repositoryFiles(root);
  const problems = [...lockfile.problems, ...(await checkSecrets(files)), ...files.flatMap(unpinnedReferences)];
  for (const line of problems) process.stderr.write(`${line}\n`);
  process.stdout.write(
    `supply chain: ${lockfile.packages} packages, ${files.length} files, ${problems.length} problems\n`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}

function review(root: string, ref: string): void {
  try {
    for (const line of changesSince(root, ref)) process.stdout.write(`${line}\n`);
  } catch (error) {
    process.stderr.write(`cannot read ${LOCKFILE} of "${ref}": ${(error as Error).message.trim()}\n`);
    process.exitCode = 2;
  }
}

if (import.meta.main) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const { since } = parseArgs({ options: { since: { type: 'string' } } }).values;
  if (since === undefined) await check(root);
  else review(root, since);
}
