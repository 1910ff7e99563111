import { describe, expect, it } from 'vitest';
import { minimalCommandSpec } from '../../../lib/nitro/index.ts';

const spec = new RegExp(`^(?:${minimalCommandSpec('nsp')})$`, 'i');

describe('the minimal command policy', () => {
  it.each([
    'add lb vserver nsp-default-a-web-443-abc TCP -persistenceType NONE',
    'bind policy stringmap nsp_f_192_0_2_10_443 a.example.com x',
    'unbind ssl vserver nsp-192.0.2.10-443 -policyName nsp-x -priority 7 -type CLIENTHELLO_REQ',
    'rm ssl action nsp-a',
    'set serviceGroup nsp-a',
    'disable serviceGroup nsp-a 10.0.0.1 8443 -delay 60',
    'add system file nsp-placeholder.crt',
    'add ssl certKey nsp-placeholder -cert nsp-placeholder.crt',
    'show lb vserver',
    'show ns version',
    'show HA node',
    'save ns config',
    'switch ns partition p1',
  ])('allows: %s', (command) => {
    expect(command).toMatch(spec);
  });

  it.each([
    'add lb vserver web TCP',
    'rm lb vserver web-nsp-a',
    'rm server 10.0.0.1',
    'set ssl action nsp-a',
    'add system user nsp-a',
    'bind system user nsp-a superuser 1',
    'show system user',
    'show ns runningConfig',
    'shell',
    'reboot',
    'clear ns config',
    'rm ns partition p1',
    'enable ns feature LB',
  ])('denies: %s', (command) => {
    expect(command).not.toMatch(spec);
  });

  it('is short enough for a command line, and needs no quotes within its own', () => {
    expect(minimalCommandSpec('a2345678').length).toBeLessThan(1000);
    expect(minimalCommandSpec('nsp')).not.toMatch(/["'\\]/);
  });

  it.each(['', 'NSP', 'a b', '.*', 'a|b'])('no system id, no policy: "%s"', (systemId) => {
    expect(() => minimalCommandSpec(systemId)).toThrow(RangeError);
  });
});
