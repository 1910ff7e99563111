import { readFile } from 'node:fs/promises';
import { type ForwarderConfig, ForwarderConfigInvalid, parseConfig } from './config.ts';
import { CONFIG_FILE, overlay } from './environment.ts';

/**
 * The configuration from the file that `NSPASS_CONFIG` names (JSON, or YAML by its ending) and the environment, which
 * overrides it.
 *
 * @throws {ForwarderConfigInvalid}
 */
export async function loadConfig(env: NodeJS.ProcessEnv): Promise<ForwarderConfig> {
  const file = env[CONFIG_FILE];
  const { raw, unknown } = overlay(file === undefined || file === '' ? undefined : await readConfig(file), env);
  const source = file === undefined || file === '' ? 'environment' : `${file} and environment`;
  if (unknown.length > 0) throw new ForwarderConfigInvalid(`${source}: unknown variable ${unknown.join(', ')}`);
  return parseConfig(raw, source);
}

async function readConfig(file: string): Promise<unknown> {
  try {
    const text = await readFile(file, 'utf8');
    if (!/\.ya?ml$/.test(file)) return JSON.parse(text) as unknown;
    // Only who writes YAML pays for its parser.
    const { parse } = await import('yaml');
    return parse(text) as unknown;
  } catch (error) {
    throw new ForwarderConfigInvalid(`${file}: ${(error as Error).message}`);
  }
}
