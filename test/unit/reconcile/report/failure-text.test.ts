import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../../lib/netscaler/index.ts';
import { type Failure, NitroError } from '../../../../lib/nitro/index.ts';
import { engineFailureText } from '../../../../lib/reconcile/report/failure-text.ts';
import { state } from '../../../support/events.ts';

const group: Resource = {
  role: 'service-group',
  type: 'servicegroup',
  id: { servicegroupname: 'nsp-a' },
  attributes: { servicetype: 'TCP', netprofile: 'proxy-v2' },
  owners: ['a'],
};
const failed = (message: string, code = 258): Failure => ({
  change: { op: 'add', resource: group },
  error: new NitroError('add servicegroup', code, 599, message),
});
const answer = 'add serviceGroup nsp-a TCP -netprofile proxy-v2: add servicegroup: 258 ';

describe('REP-3: why an Ingress failed', () => {
  it.each<[string, Failure, Record<string, string>, string]>([
    [
      'an annotation names what is missing → its name, the annotation and the remedy come first',
      failed('No such resource [proxy-v2]'),
      { 'ingress.citrix.com/netprofile': 'proxy-v2' },
      `the netprofile "proxy-v2" that the annotation ingress.citrix.com/netprofile names does not exist on the appliance: create it there, or correct the annotation. The appliance says: ${answer}No such resource [proxy-v2]`,
    ],
    [
      'an annotation in JSON names it → the same',
      failed('No such resource [proxy-v2]'),
      { 'ingress.citrix.com/servicegroup': '{"web":{"netprofile":"proxy-v2"}}' },
      `the netprofile "proxy-v2" that the annotation ingress.citrix.com/servicegroup names does not exist on the appliance: create it there, or correct the annotation. The appliance says: ${answer}No such resource [proxy-v2]`,
    ],
    [
      'what is missing is ours → the command and the answer',
      failed('No such resource [nsp-b]'),
      { 'ingress.citrix.com/netprofile': 'proxy-v2' },
      `${answer}No such resource [nsp-b]`,
    ],
    [
      'another refusal that quotes the name → the command and the answer',
      failed('Maximum resource limit reached [proxy-v2]', 1072),
      { 'ingress.citrix.com/netprofile': 'proxy-v2' },
      'add serviceGroup nsp-a TCP -netprofile proxy-v2: add servicegroup: 1072 Maximum resource limit reached [proxy-v2]',
    ],
    [
      'a record was refused → that it is unfinished',
      { error: new NitroError('add policystringmap_pattern_binding', 1072, 599, 'Maximum resource limit reached') },
      {},
      'the appliance refused a record of this Ingress, so it is unfinished: add policystringmap_pattern_binding: 1072 Maximum resource limit reached',
    ],
  ])('%s', (_what, failure, annotations, expected) => {
    expect(engineFailureText(failure, state('a', { annotations }))).toBe(expected);
  });
});
