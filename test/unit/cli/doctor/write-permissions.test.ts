import { describe, expect, it } from 'vitest';
import {
  type BoundPolicy,
  EVERYTHING,
  judgeByPolicies,
  type WritePermissions,
  writeChecks,
  writeCommands,
} from '../../../../lib/cli/doctor/write-permissions.ts';
import { commandPolicies } from '../../../../lib/nitro/index.ts';

const documented = (partition = false): BoundPolicy[] =>
  commandPolicies('nsp', partition).map(({ name, spec }) => ({ name, spec, allows: true }));

const known = (policies: readonly BoundPolicy[], partition = false): WritePermissions => ({
  systemId: 'nsp',
  username: 'nspass',
  needed: true,
  verdicts: judgeByPolicies(policies, 'nsp', partition),
  reason: 'cannot be evaluated',
});

describe('the permissions to write', () => {
  it.each([false, true])('the documented policies allow every command of the engine (partition: %s)', (partition) => {
    const [check, ...others] = writeChecks(known(documented(partition), partition));
    const count = writeCommands(partition).length;
    expect(check).toMatchObject({ result: 'ok', text: `${count} of ${count} commands of the engine` });
    expect(count).toBeGreaterThan(50);
    expect(others).toEqual([]);
  });

  it.each(
    commandPolicies('nsp')
      .map(({ name }, index) => [name, index] as const)
      .slice(1),
  )('without %s → names commands, and the command that binds it', (name, index) => {
    const checks = writeChecks(known(documented().filter((policy) => policy.name !== name)));
    expect(checks).toMatchObject([{ check: 'write permissions', result: 'failed' }]);
    expect(checks[0]?.remedy).toContain(`bind system user nspass ${name} ${(index + 1) * 10}`);
    expect(checks[0]?.remedy).not.toContain('nsp-read');
  });

  it('the first policy that matches decides', () => {
    const deny: BoundPolicy = { name: 'no-save', allows: false, spec: '^save' };
    expect(judgeByPolicies([deny, EVERYTHING], 'nsp', false).get('save ns config')).toBe('denied');
    expect(judgeByPolicies([EVERYTHING, deny], 'nsp', false).get('save ns config')).toBe('allowed');
    expect(judgeByPolicies([], 'nsp', false).get('save ns config')).toBe('denied');
  });

  it('behind an expression that only the appliance understands, commands are unknown and not wrong', () => {
    const odd: BoundPolicy = { name: 'odd', allows: true, spec: '^(?>save)' };
    for (const spec of [odd.spec, undefined]) {
      const checks = writeChecks(known([{ ...odd, spec }]));
      expect(checks).toMatchObject([{ check: 'write permissions', result: 'unseen' }]);
      expect(checks[0]?.remedy).toContain('--try-writes');
    }
  });

  it('some known and some not → a line for each', () => {
    const verdicts = new Map([
      ['rm lb vserver', 'allowed'],
      ['add lb vserver', 'unknown'],
    ] as const);
    const checks = writeChecks({ ...known([]), verdicts });
    expect(checks.map(({ check, result, remedy }) => [check, result, remedy])).toEqual([
      ['write permissions', 'ok', undefined],
      ['other writes', 'unseen', undefined],
    ]);
  });

  it('policy: observe needs none', () => {
    expect(writeChecks({ ...known([]), needed: false })).toMatchObject([{ result: 'ok' }]);
  });
});
