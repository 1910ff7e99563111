import { describe, expect, it } from 'vitest';
import { type DoctorGroup, exitStatus, failed, ok, unseen } from '../../../../lib/cli/doctor/check.ts';
import { checksJson, renderChecks } from '../../../../lib/cli/doctor/render.ts';
import { PLAIN } from '../../../../lib/cli/terminal.ts';

const appliance: DoctorGroup = {
  group: 'appliance',
  subject: 'edge',
  reached: true,
  checks: [ok('version', '14.1'), failed('role', 'the node is Secondary', 'Name both.')],
};
const aws: DoctorGroup = { group: 'aws', subject: 'nspass-prod', reached: false, checks: [unseen('bus', 'no answer')] };

describe('the checks', () => {
  it('as a table: a heading for each group, and the remedy below what is wrong', () => {
    expect(renderChecks([appliance, aws], PLAIN)).toBe(
      [
        'appliance edge',
        '✓ version  14.1',
        '✗ role     the node is Secondary',
        '  → Name both.',
        '',
        'aws nspass-prod',
        '? bus      no answer',
      ].join('\n'),
    );
  });

  it('as JSON: one array, each with its group and subject', () => {
    expect(JSON.parse(checksJson([appliance, aws]))).toEqual([
      { group: 'appliance', subject: 'edge', check: 'version', result: 'ok', text: '14.1' },
      {
        group: 'appliance',
        subject: 'edge',
        check: 'role',
        result: 'failed',
        text: 'the node is Secondary',
        remedy: 'Name both.',
      },
      { group: 'aws', subject: 'nspass-prod', check: 'bus', result: 'unseen', text: 'no answer' },
    ]);
  });

  it('what a server answered cannot control the terminal', () => {
    const evil = { ...aws, checks: [failed('bus', 'a\u001b[2Jb\nc', 'd\u009be')] };
    expect(renderChecks([evil], PLAIN)).toBe('aws nspass-prod\n✗ bus  a [2Jb c\n  → d e');
  });

  it.each<[string, readonly DoctorGroup[], number]>([
    ['something is wrong', [appliance], 1],
    ['something is wrong, and the other side was not reached', [appliance, aws], 1],
    [
      'nothing is wrong',
      [
        { ...appliance, checks: [ok('version', '')] },
        { ...aws, reached: true },
      ],
      0,
    ],
    ['nothing was reached', [aws, { ...appliance, reached: false }], 3],
  ])('exit status: %s', (_what, groups, status) => {
    expect(exitStatus(groups)).toBe(status);
  });
});
