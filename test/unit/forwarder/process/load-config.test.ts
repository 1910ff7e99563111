import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../lib/forwarder/process/load-config.ts';

describe('loadConfig', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nspass-config-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };

  it.each([
    ['config.json', '{"cluster":"prod-1","bus":{"name":"file"}}'],
    ['config.yaml', 'cluster: prod-1\nbus: { name: file }\n'],
  ])('reads %s, and the environment over it', async (name, text) => {
    const env = { NSPASS_CONFIG: await file(name, text), NSPASS_BUS_NAME: 'environment', HOME: '/' };
    expect(await loadConfig(env)).toMatchObject({ cluster: 'prod-1', bus: { name: 'environment' } });
  });

  it('needs no file', async () => {
    expect(await loadConfig({ NSPASS_CLUSTER: 'c', NSPASS_BUS_NAME: 'b' })).toMatchObject({ cluster: 'c' });
  });

  it('names a variable that nobody knows', async () => {
    const env = { NSPASS_CLUSTER: 'c', NSPASS_BUS_NAME: 'b', NSPASS_CLUSTRE: 'c' };
    await expect(loadConfig(env)).rejects.toThrow(
      'environment: NSPASS_CLUSTRE is not a variable of the forwarder: did you mean NSPASS_CLUSTER?',
    );
  });

  it.each([
    ['is not there', undefined, /config\.json does not exist: mount it/],
    ['is no JSON', '{', /config\.json: .*JSON/],
  ])('names a file that %s', async (_what, text, message) => {
    const path = text === undefined ? join(folder, 'config.json') : await file('config.json', text);
    await expect(loadConfig({ NSPASS_CONFIG: path })).rejects.toThrow(message);
  });
});
