import { readFile } from 'node:fs/promises';
import { type ForwarderConfig, ForwarderConfigInvalid, parseConfig } from './config.ts';
import { CONFIG_FILE, overlay } from './environment.ts';
import { unknownVariables } from './refusal.ts';

/**
 * Loads the configuration from the file that `NSPASS_CONFIG` names (JSON, or YAML by its extension) and from the
 * environment, which overrides it.
 *
 * @throws {ForwarderConfigInvalid}
 */
export async function loadConfig(env: NodeJS.ProcessEnv): Promise<ForwarderConfig> {
  const file = env[CONFIG_FILE];
  const { raw, unknown } = overlay(file === undefined || file === '' ? undefined : await readConfig(file), env);
  const source = file === undefined || file === '' ? 'environment' : `${file} and environment`;
  if (unknown.length > 0) throw new ForwarderConfigInvalid(`${source}: ${unknownVariables(unknown)}`);
  return parseConfig(raw, source);
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist: mount it, or correct its name',
  EISDIR: 'is a folder: name a file',
  EACCES: 'may not be read by this user: correct its permissions',
};

async function readConfig(file: string): Promise<unknown> {
  try {
    const text = await readFile(file, 'utf8');
    if (!/\.ya?ml$/.test(file)) return JSON.parse(text) as unknown;
    // The parser of YAML is loaded only where the file is YAML.
    const { yamlValue } = await import('../../config/yaml-documents.ts');
    return yamlValue(text);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === undefined ? undefined : UNREADABLE[code];
    throw new ForwarderConfigInvalid(`${file}${why === undefined ? `: ${message}` : ` ${why}`} (${CONFIG_FILE})`);
  }
}
