import { describe, expect, it } from 'vitest';
import { isObjectName, parseValue } from '../../../lib/ingress/attribute-value.ts';
import { ATTRIBUTES, BREAKING, OBJECTS } from '../../../lib/ingress/attributes.ts';
import { ingress } from '../../corpus/case.ts';
import { run } from '../../corpus/run.ts';

const value = (object: (typeof OBJECTS)[number], name: string, input: unknown) => {
  const attribute = ATTRIBUTES[object].get(name);
  if (attribute === undefined) throw new Error(`no attribute ${name}`);
  const result = parseValue(attribute, input);
  return 'value' in result ? result.value : undefined;
};

describe('VAL-13: settings in their canonical form', () => {
  it('have their attributes sorted, in any spelling', () => {
    const annotations = { lbvserver: '{"web":{"Timeout":2,"lbMethod":"lrtm","cltTimeout":9}}' };
    const { meaning } = run({ rule: '', name: '', ingress: ingress({ annotations }) });
    expect(JSON.stringify(meaning?.routes.backends[0]?.settings)).toBe(
      '{"lbvserver":{"clttimeout":9,"lbmethod":"LRTM","timeout":2}}',
    );
  });
});

describe('VAL-13: values of attributes', () => {
  it.each([
    ['200', '200'],
    [200, '200'],
    ['200-299', '200-299'],
    ['200, 301-302', '200,301-302'],
    [['200', '301-302'], '200,301-302'],
    [[200, 204], '200,204'],
    ['ok', undefined],
    ['99', undefined],
    ['600', undefined],
    [[], undefined],
    [[['200']], undefined],
    [{}, undefined],
  ])('status codes %j are %j', (input, expected) => {
    expect(value('monitor', 'respcode', input)).toBe(expected);
  });

  it.each([
    ['255.255.255.255', '255.255.255.255'],
    ['128.0.0.0', '128.0.0.0'],
    ['255.255.255.1', undefined],
    ['0.255.255.255', undefined],
    ['ffff::', undefined],
    ['24', undefined],
  ])('mask %s is %s', (input, expected) => {
    expect(value('lbvserver', 'netmask', input)).toBe(expected);
  });

  it.each([
    ['a', true],
    ['_x', true],
    ['A b.c#d:e@f=g-h', true],
    ['x'.repeat(127), true],
    ['x'.repeat(128), false],
    ['', false],
    ['-a', false],
    [' a', false],
    ['a"', false],
    ['a\n', false],
    ['a;b', false],
    ['ä', false],
  ])('%j can be the name of an object: %s', (name, can) => {
    expect(isObjectName(name)).toBe(can);
  });

  it.each([
    ['GET /health', 'GET /health'],
    ['a\r\n\tb', 'a\r\n\tb'],
    ['x'.repeat(512), 'x'.repeat(512)],
    ['x'.repeat(513), undefined],
    ['', undefined],
    ['\u0000', undefined],
    ['é', undefined],
  ])('text %j is %j', (input, expected) => {
    expect(value('monitor', 'send', input)).toBe(expected);
  });

  it('an empty choice is invalid, and is not said to break passthrough', () => {
    const usip = ATTRIBUTES.servicegroup.get('usip');
    expect(usip && parseValue(usip, '')).toEqual({ reason: 'is not one of NO, YES', unsupported: false });
  });

  it.each(OBJECTS)('%s: no attribute or value is both supported and breaking', (object) => {
    for (const [name, { type }] of ATTRIBUTES[object]) {
      expect(name).toMatch(/^[a-z0-9]+$/);
      expect(BREAKING[object].has(name), name).toBe(false);
      if (type.kind === 'choice') {
        for (const choice of type.choices) expect(type.breaking, `${name} ${choice}`).not.toContain(choice);
      }
    }
  });

  it.each([
    [
      'csvserver',
      ['servicetype', 'port', 'ipv46', 'listenpolicy', 'redirecturl', 'backupvserver', 'state', 'tcpprofilename'],
    ],
    ['lbvserver', ['servicetype', 'port', 'ipv46', 'backupvserver', 'redirurl', 'name', 'comment', 'state', 'rule']],
    [
      'servicegroup',
      ['servicetype', 'autoscale', 'autodisablegraceful', 'autodisabledelay', 'cip', 'comment', 'state'],
    ],
    ['monitor', ['destip', 'scriptname', 'scriptargs', 'monitorname', 'username', 'password', 'iptunnel']],
  ] as const)('%s: an attribute that breaks passthrough or that this system sets cannot be set', (object, names) => {
    for (const name of names) expect(ATTRIBUTES[object].has(name), name).toBe(false);
  });
});
