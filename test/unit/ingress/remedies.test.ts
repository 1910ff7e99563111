import { describe, expect, it } from 'vitest';
import type { FindingCode, K8sIngress } from '../../../lib/ingress/index.ts';
import { ingress, path, rule } from '../../corpus/case.ts';
import { run } from '../../corpus/run.ts';

/** `message → remedy` of the findings with a code. */
function said(annotations: Record<string, unknown>, code: FindingCode, entry: object = {}): string[] {
  const { selection, meaning } = run({ rule: '', name: '', ingress: ingress({ annotations }), ...entry });
  return [...selection.findings, ...(meaning?.findings ?? [])]
    .filter((found) => found.code === code)
    .map(({ message, remedy }) => `${message} → ${remedy}`);
}

describe('VAL-14: what is ignored says why, and what can be done', () => {
  it.each([
    ['ratelimit_crd', 'it acts on decrypted traffic → Remove the annotation, or do what it asks for in the back end.'],
    ['analyticsprofile', 'no analytics profile is bound here → Remove the annotation.'],
    [
      'listener',
      'that part of the vendor’s controller does not exist here; the front-end address comes from ingress.citrix.com/frontend-ip or the default VIP alone → Write ingress.citrix.com/frontend-ip with the address of the Listener, and remove the annotation.',
    ],
    [
      'ipam-range',
      'that part of the vendor’s controller does not exist here; the front-end address comes from ingress.citrix.com/frontend-ip or the default VIP alone → Write ingress.citrix.com/frontend-ip with the address of that range, and remove the annotation.',
    ],
    [
      'ssl-redirect',
      'a redirect of plain HTTP is asked for with ingress.citrix.com/insecure-termination → Remove the annotation, and write ingress.citrix.com/insecure-termination: "redirect" where plain HTTP is to be redirected.',
    ],
    [
      'external-service',
      'that part of the vendor’s controller does not exist here → Remove the annotation, and write EndpointSlices with the addresses for the Service.',
    ],
    [
      'frontend-tcpprofile',
      'the front end has a TCP profile of its own, which passthrough needs → Remove the annotation.',
    ],
  ])('%s', (name, text) => {
    expect(said({ [name]: 'x' }, 'AnnotationIgnored')).toEqual([`"ingress.citrix.com/${name}" has no effect: ${text}`]);
  });

  it.each(['listener', 'ipam-range'])('%s: says that the hosts appear on the default VIP, where they do', (name) => {
    const annotations = { [name]: 'x', 'frontend-ip': undefined };
    const [text] = said(annotations, 'AnnotationIgnored', { rules: { defaultVip: '192.0.2.99' } });
    expect(text).toContain('or the default VIP alone: the hosts appear on the default VIP 192.0.2.99 → Write');
    const [without] = said(annotations, 'AnnotationIgnored');
    expect(without).not.toContain('appear');
  });

  it.each([
    [
      'Ingress.citrix.com/frontend-ipset-name',
      '"Ingress.citrix.com/frontend-ipset-name" has no effect: capitals make it another key → Write ingress.citrix.com/frontend-ipset-name: "x"',
    ],
    [
      'ingress.citrix.com/SSL-Passthrough',
      '"ingress.citrix.com/SSL-Passthrough" has no effect: capitals make it another key → Write ingress.citrix.com/ssl-passthrough: "x"',
    ],
    [
      'ingress.citrix.com/ssl-passthru',
      '"ingress.citrix.com/ssl-passthru" is no known annotation → Did you mean ingress.citrix.com/ssl-passthrough?',
    ],
    [
      'ingress.citrix.com/passthrough',
      '"ingress.citrix.com/passthrough" is no known annotation → Did you mean ingress.citrix.com/ssl-passthrough?',
    ],
  ])('the key %s', (key, text) => {
    expect(said({ [key]: 'x' }, 'AnnotationUnknown')).toEqual([text]);
  });
});

describe('VAL-13: what is not applied says what can be done', () => {
  const of = (object: string, attributes: object) => ({ [object]: JSON.stringify({ web: attributes }) });
  it.each([
    ['breaks passthrough', of('lbvserver', { cookiename: 'x' }), 'Remove the attribute: no allow-list can admit it.'],
    ['is set here', of('lbvserver', { servicetype: 'HTTP' }), 'Remove the attribute: no allow-list can admit it.'],
    ['does not exist', of('lbvserver', { abcdefghij: 1 }), 'Correct the name or remove the attribute.'],
    [
      'is not allowed',
      of('lbvserver', { tcpprofilename: 'x' }),
      'Remove the attribute, or ask the operator of the appliance to allow it.',
    ],
    [
      'has a value that breaks passthrough',
      of('monitor', { type: 'USER' }),
      'Write one of HTTP, HTTP-ECV, HTTP2, PING, TCP, TCP-ECV, or remove the attribute.',
    ],
    [
      'has an annotation',
      { csvserver: '{"ipset":"x"}' },
      'Write the annotation ingress.citrix.com/frontend-ipset-name.',
    ],
  ])('%s', (_, annotations, remedy) => {
    const allowed = { rules: { allowedAttributes: { lbvserver: ['cookiename', 'servicetype'] } } };
    const entry = 'lbvserver' in annotations && /cookie|service/.test(JSON.stringify(annotations)) ? allowed : {};
    expect(said(annotations, 'AttributeUnsupported', entry).map((text) => text.split(' → ')[1])).toEqual([remedy]);
  });

  it.each([
    ['"443-tcp":{}', 'Write the name of a Service of this Ingress: "web".'],
    ['"default/web":{}', 'Did you mean web?'],
    ['"web:443":{}', 'Did you mean web?'],
    ['"Web":{}', 'Did you mean web?'],
    ['"lbmethod":"LRTM"', `Write ingress.citrix.com/lbvserver: '{"web":{"lbmethod":"LRTM"}}'`],
  ])('a key that is not a Service: {%s}', (entries, remedy) => {
    const [text] = said({ lbvserver: `{${entries}}` }, 'InvalidAnnotation');
    expect(text?.split(' → ')[1]).toBe(remedy);
  });

  it('names all Services where there are several', () => {
    const rules = [rule('a.example', path('/', 'web')), rule('b.example', path('/', 'api'))];
    const shape = ingress({ rules, annotations: { lbvserver: '{"citrix-svc":{}}' } }) as K8sIngress;
    expect(said({}, 'InvalidAnnotation', { ingress: shape })).toEqual([
      'ingress.citrix.com/lbvserver: "citrix-svc" is not a Service of this Ingress → Write the name of a Service of this Ingress: "api", "web".',
    ]);
  });

  it('a plain probe says what would answer', () => {
    expect(said({ monitor: '{"web":{"type":"http"}}' }, 'MonitorPlain')).toEqual([
      'ingress.citrix.com/monitor: monitor of "web": a probe of type HTTP in plain text gets no answer from a port that speaks TLS: all members count as down, and the host is reset → Add "secure": "YES" to the monitor, or write "type": "TCP".',
    ]);
  });

  it('says which port is not opened, where plain traffic asked for one', () => {
    const annotations = { 'insecure-termination': 'allow', 'insecure-port': '7999' };
    expect(said(annotations, 'InsecureAllowUnsupported')).toEqual([
      'ingress.citrix.com/insecure-termination is "allow": port 7999 is not opened for this Ingress → Write redirect to answer plain HTTP with a redirect to https, or disallow.',
    ]);
  });

  it('a dropped restriction says that the host is open', () => {
    const annotations = { 'ca-secret': 'ca', lbvserver: '{"web":{"listenpolicy":"x"}}' };
    expect(said(annotations, 'AccessUnrestricted')).toEqual([
      'the hosts of this Ingress are open to everybody who reaches the front end: "ingress.citrix.com/ca-secret", "listenpolicy" has no effect here → Check clients in the back end, which does the TLS handshake, or filter their addresses before the appliance; then remove what has no effect.',
    ]);
  });
});

describe('VAL-9: an address with something around it', () => {
  const FALLBACK = 'Write one address, such as 192.0.2.10 or 2001:db8::10.';
  it.each([
    ['192.0.2.10/32', 'Write ingress.citrix.com/frontend-ip: "192.0.2.10"'],
    ['192.0.2.10:443', 'Write ingress.citrix.com/frontend-ip: "192.0.2.10"'],
    [
      '192.0.2.10:8443',
      'Write ingress.citrix.com/frontend-ip: "192.0.2.10", and ingress.citrix.com/secure-port: "8443"',
    ],
    ['[2001:db8::10]', 'Write ingress.citrix.com/frontend-ip: "2001:db8::10"'],
    [
      '[2001:db8::10]:8443',
      'Write ingress.citrix.com/frontend-ip: "2001:db8::10", and ingress.citrix.com/secure-port: "8443"',
    ],
    ['2001:db8::10/128', 'Write ingress.citrix.com/frontend-ip: "2001:db8::10"'],
    ['192.0.2.10\u200b', 'Write ingress.citrix.com/frontend-ip: "192.0.2.10"'],
    ['“192.0.2.10”', 'Write ingress.citrix.com/frontend-ip: "192.0.2.10"'],
    ['192.0.2.0/24', FALLBACK],
    ['2001:db8::/32', FALLBACK],
    ['[127.0.0.1]', FALLBACK],
    ['192.000.002.010', FALLBACK],
    ['x.x.x.x', FALLBACK],
  ])('%s', (value, remedy) => {
    const [text] = said({ 'frontend-ip': value }, 'FrontendIPInvalid');
    expect(text?.split(' → ')[1]).toBe(remedy);
  });

  it('VAL-10: a port 0 is not how something is switched off', () => {
    const [text] = said({ 'insecure-port': '0' }, 'PortInvalid');
    expect(text?.split(' → ')[1]).toBe('Write a port, or remove the annotation: 0 switches nothing off.');
  });
});
