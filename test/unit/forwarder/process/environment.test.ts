import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../lib/forwarder/process/config.ts';
import { overlay, VARIABLES } from '../../../../lib/forwarder/process/environment.ts';

const LEAST = { cluster: 'prod-1', bus: { name: 'nspass' } };

describe('overlay', () => {
  it('lays every variable over its field', () => {
    const values: Record<string, string> = { text: 'text', number: '7', boolean: 'false', list: 'a, b' };
    const env = Object.fromEntries(Object.entries(VARIABLES).map(([name, { kind }]) => [name, values[kind] as string]));
    const { raw, unknown } = overlay({ cluster: 'file', http: { host: '::', port: 1 }, publish: { windowMs: 5 } }, env);
    expect(unknown).toEqual([]);
    expect(raw).toMatchObject({
      cluster: 'text',
      bus: { name: 'text' },
      kubernetes: { nodes: false },
      ingress: { classNames: ['a', 'b'] },
      http: { host: 'text', port: 7 },
      publish: { windowMs: 5 },
    });
  });

  it('passes what is none of its kind on, so that it is refused by its field', () => {
    const { raw } = overlay(LEAST, { NSPASS_HTTP_PORT: 'http', NSPASS_NODES: 'yes' });
    expect(() => parseConfig(raw, 'environment')).toThrow(/kubernetes\.nodes.*http\.port/);
  });

  it('leaves a file that is no object for the schema to refuse', () => {
    expect(overlay([1], { NSPASS_CLUSTER: 'x' }).raw).toEqual([1]);
  });
});
