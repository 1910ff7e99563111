import { describe, expect, it } from 'vitest';
import { commandPolicies, engineCommands } from '../../../lib/nitro/index.ts';

const policies = commandPolicies('nsp').map(({ spec }) => new RegExp(spec, 'i'));
const allowed = (command: string, some = policies): boolean => some.some((spec) => spec.test(command));

describe('the command policies', () => {
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
    'stat lb vserver',
    'stat cs vserver',
    'show ns version',
    'show HA node',
    'save ns config',
    'show ns license',
  ])('allows: %s', (command) => {
    expect(allowed(command)).toBe(true);
  });

  it.each([
    'add lb vserver web TCP',
    'rm lb vserver web-nsp-a',
    'rm server 10.0.0.1',
    'set ssl action nsp-a',
    'save ns configuration-of-others',
    'switch ns partition p1',
    'add system user nsp-a',
    'bind system user nsp-a superuser 1',
    'show system user',
    'stat system',
    'show ns runningConfig',
    'shell',
    'reboot',
    'clear ns config',
    'rm ns partition p1',
    'enable ns feature LB',
  ])('denies: %s', (command) => {
    expect(allowed(command)).toBe(false);
  });

  it('allow each command of the engine by exactly one policy', () => {
    const inPartition = commandPolicies('nsp', true).map(({ spec }) => new RegExp(spec, 'i'));
    const counts = engineCommands().map(({ command, named }) => {
      const line = named ? `${command} nsp-a` : command;
      return [line, inPartition.filter((spec) => spec.test(line)).length];
    });
    // A member list has two possible commands; one of them is that of a group.
    expect(counts.filter(([line, count]) => count !== 1 && line !== 'set serviceGroup nsp-a')).toEqual([]);
    expect(counts.length).toBeGreaterThan(60);
  });

  it('switch to a partition only where the user works in one', () => {
    const inPartition = commandPolicies('nsp', true).map(({ spec }) => new RegExp(spec, 'i'));
    expect(allowed('switch ns partition p1', inPartition)).toBe(true);
    expect(allowed('switch ns partition p1')).toBe(false);
  });

  it.each(['', 'NSP', 'a b', '.*', 'a|b'])('no system id, no policy: "%s"', (systemId) => {
    expect(() => commandPolicies(systemId)).toThrow(RangeError);
  });
});
