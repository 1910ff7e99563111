import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const SAMPLE = 'docs/examples/hotdrinks';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nspass-'));
  cpSync(SAMPLE, join(folder, 'manifests'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Changes the sample's Ingress. */
function change(from: string, to: string): void {
  const file = join(folder, 'manifests', 'ingress.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(from, to));
}

/** Runs the script as a CI does. */
async function check(variables: Readonly<Record<string, string>>): Promise<{ status: number | null; err: string }> {
  const child = spawn('bash', ['scripts/check-manifests.sh'], {
    env: {
      ...process.env,
      NSPASS: `${process.execPath} lib/cli/main.ts`,
      MANIFESTS: join(folder, 'manifests'),
      OUTPUT: join(folder, 'out'),
      ...variables,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr.on('data', (data: Buffer) => {
    err += data;
  });
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, err };
}

const output = (name: string): string => readFileSync(join(folder, 'out', name), 'utf8');

describe('scripts/check-manifests.sh', () => {
  it('no finding and no change → status 0, SARIF without results, and a plan that says so', async () => {
    expect(await check({ BASE: SAMPLE })).toMatchObject({ status: 0 });
    expect(JSON.parse(output('nspass.sarif')).runs[0].results).toEqual([]);
    expect(output('nspass-plan.md')).toBe('### nspass plan: Nothing would change.\n');
  });

  it.each<[string, Record<string, string>, number]>([
    ['error', {}, 0],
    ['change', { FAIL_ON: 'change' }, 1],
    ['never', { FAIL_ON: 'never' }, 0],
  ])('a changed host, FAIL_ON=%s', async (_what, variables, status) => {
    change('hotdrinks.beverages.com', 'cold.beverages.com');
    expect(await check({ BASE: SAMPLE, ...variables })).toMatchObject({ status });
    expect(output('nspass-plan.md')).toContain('| + | cold.beverages.com |');
  });

  it.each<[string, number]>([
    ['error', 1],
    ['never', 0],
  ])('a host that is not valid, FAIL_ON=%s', async (FAIL_ON, status) => {
    change('hotdrinks.beverages.com', 'hot_drinks.beverages.com');
    expect(await check({ FAIL_ON })).toMatchObject({ status });
    const [result] = JSON.parse(output('nspass.sarif')).runs[0].results;
    expect(result).toMatchObject({ ruleId: 'HostInvalid', level: 'error' });
    expect(existsSync(join(folder, 'out', 'nspass-plan.md'))).toBe(false);
  });

  it.each([
    ['a folder that is not there', { MANIFESTS: '/nowhere' }, '/nowhere does not exist'],
    ['another FAIL_ON', { FAIL_ON: 'sometimes' }, 'expected error, warning, change or never'],
  ])('%s → status 2, and one message', async (_what, variables, message) => {
    const { status, err } = await check(variables);
    expect(err).toContain(message);
    expect(status).toBe(2);
  });
});

describe('action.yml', () => {
  const { inputs, runs: action } = parse(readFileSync('action.yml', 'utf8'));

  it('gives every input to the script by the environment: no input is part of a command', () => {
    const steps: { run?: string; env?: Record<string, string>; if?: string; with?: object }[] = action.steps;
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
    const used = JSON.stringify(steps);
    expect(Object.keys(inputs).filter((name) => !used.includes(`inputs.${name}`))).toEqual([]);
  });
});
