import { describe, expect, it } from 'vitest';
import type { FindingCode, K8sIngress } from '../../../lib/ingress/index.ts';
import { ingress, path, rule } from '../../corpus/case.ts';
import { run } from '../../corpus/run.ts';

/** Returns `message → remedy` of the findings with a code. */
function messagesOf(annotations: Record<string, unknown>, code: FindingCode, entry: object = {}): string[] {
  const { selection, meaning } = run({ rule: '', name: '', ingress: ingress({ annotations }), ...entry });
  return [...selection.findings, ...(meaning?.findings ?? [])]
    .filter((found) => found.code === code)
    .map(({ message, remedy }) => `${message} → ${remedy}`);
}

describe('VAL-14: the finding of an ignored annotation says why, and what to do', () => {
  it.each([
    [
      'ratelimit_crd',
      'it acts on decrypted traffic → Remove the annotation, or implement its function in the back end.',
    ],
    ['analyticsprofile', 'analytics profiles are not supported → Remove the annotation.'],
    [
      'listener',
      'this part of the vendor’s controller does not exist here; only ingress.citrix.com/frontend-ip or the default VIP sets the front-end address → Write ingress.citrix.com/frontend-ip with the address of the Listener, and remove the annotation.',
    ],
    [
      'ipam-range',
      'this part of the vendor’s controller does not exist here; only ingress.citrix.com/frontend-ip or the default VIP sets the front-end address → Write ingress.citrix.com/frontend-ip with the address in that range, and remove the annotation.',
    ],
    [
      'ssl-redirect',
      'ingress.citrix.com/insecure-termination controls the redirect of plain HTTP → Remove the annotation. To redirect plain HTTP, write ingress.citrix.com/insecure-termination: "redirect".',
    ],
    [
      'external-service',
      'this part of the vendor’s controller does not exist here → Remove the annotation, and write EndpointSlices with the addresses for the Service.',
    ],
    ['frontend-tcpprofile', 'passthrough needs the TCP profile that this system sets → Remove the annotation.'],
  ])('%s', (name, text) => {
    expect(messagesOf({ [name]: 'x' }, 'AnnotationIgnored')).toEqual([
      `"ingress.citrix.com/${name}" has no effect: ${text}`,
    ]);
  });

  it.each(['listener', 'ipam-range'])('%s: the finding says whether the hosts appear on the default VIP', (name) => {
    const annotations = { [name]: 'x', 'frontend-ip': undefined };
    const [text] = messagesOf(annotations, 'AnnotationIgnored', { rules: { defaultVip: '192.0.2.99' } });
    expect(text).toContain('sets the front-end address; the hosts appear on the default VIP 192.0.2.99 → Write');
    const [without] = messagesOf(annotations, 'AnnotationIgnored');
    expect(without).not.toContain('appear');
  });

  it.each([
    [
      'Ingress.citrix.com/frontend-ipset-name',
      '"Ingress.citrix.com/frontend-ipset-name" has no effect: annotation names are lower case → Write ingress.citrix.com/frontend-ipset-name: "x"',
    ],
    [
      'ingress.citrix.com/SSL-Passthrough',
      '"ingress.citrix.com/SSL-Passthrough" has no effect: annotation names are lower case → Write ingress.citrix.com/ssl-passthrough: "x"',
    ],
    [
      'ingress.citrix.com/ssl-passthru',
      '"ingress.citrix.com/ssl-passthru" is not a known annotation → Did you mean ingress.citrix.com/ssl-passthrough?',
    ],
    [
      'ingress.citrix.com/passthrough',
      '"ingress.citrix.com/passthrough" is not a known annotation → Did you mean ingress.citrix.com/ssl-passthrough?',
    ],
  ])('the key %s', (key, text) => {
    expect(messagesOf({ [key]: 'x' }, 'AnnotationUnknown')).toEqual([text]);
  });
});

describe('VAL-13: the finding of an attribute that is not applied says what to do', () => {
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
    expect(messagesOf(annotations, 'AttributeUnsupported', entry).map((text) => text.split(' → ')[1])).toEqual([
      remedy,
    ]);
  });

  it.each([
    ['"443-tcp":{}', 'Write the name of a Service of this Ingress: "web".'],
    ['"default/web":{}', 'Did you mean web?'],
    ['"web:443":{}', 'Did you mean web?'],
    ['"Web":{}', 'Did you mean web?'],
    ['"lbmethod":"LRTM"', `Write ingress.citrix.com/lbvserver: '{"web":{"lbmethod":"LRTM"}}'`],
  ])('a key that is not a Service: {%s}', (entries, remedy) => {
    const [text] = messagesOf({ lbvserver: `{${entries}}` }, 'InvalidAnnotation');
    expect(text?.split(' → ')[1]).toBe(remedy);
  });

  it('names all Services where there are several', () => {
    const rules = [rule('a.example', path('/', 'web')), rule('b.example', path('/', 'api'))];
    const shape = ingress({ rules, annotations: { lbvserver: '{"citrix-svc":{}}' } }) as K8sIngress;
    expect(messagesOf({}, 'InvalidAnnotation', { ingress: shape })).toEqual([
      'ingress.citrix.com/lbvserver: "citrix-svc" is not a Service of this Ingress → Write the name of a Service of this Ingress: "api", "web".',
    ]);
  });

  it('MonitorPlain says which probe gets an answer', () => {
    expect(messagesOf({ monitor: '{"web":{"type":"http"}}' }, 'MonitorPlain')).toEqual([
      'ingress.citrix.com/monitor: monitor of Service "web": a plain-text probe of type HTTP gets no valid answer from a TLS port, so all members are marked down and the host is reset → Add "secure": "YES" to the monitor, or write "type": "TCP".',
    ]);
  });

  it('says which port is not opened, where plain traffic asked for one', () => {
    const annotations = { 'insecure-termination': 'allow', 'insecure-port': '7999' };
    expect(messagesOf(annotations, 'InsecureAllowUnsupported')).toEqual([
      'ingress.citrix.com/insecure-termination is "allow", which is treated as disallow: port 7999 is not opened for this Ingress → Write redirect to answer plain HTTP with a redirect to https, or disallow.',
    ]);
  });

  it('AccessUnrestricted names all dropped restrictions', () => {
    const annotations = { 'ca-secret': 'ca', lbvserver: '{"web":{"listenpolicy":"x"}}' };
    expect(messagesOf(annotations, 'AccessUnrestricted')).toEqual([
      'access to the hosts of this Ingress is not restricted: "ingress.citrix.com/ca-secret", "listenpolicy" have no effect → To admit client addresses, write netscaler-passthrough/allow-sources or deny-sources. Check anything else in the back end, which does the TLS handshake; then remove the annotation or attribute.',
    ]);
  });
});

describe('VAL-9: an address with other characters around it → the address alone', () => {
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
    const [text] = messagesOf({ 'frontend-ip': value }, 'FrontendIPInvalid');
    expect(text?.split(' → ')[1]).toBe(remedy);
  });

  it('VAL-10: port 0 → the remedy says that 0 does not disable the port', () => {
    const [text] = messagesOf({ 'insecure-port': '0' }, 'PortInvalid');
    expect(text?.split(' → ')[1]).toBe('Write a port, or remove the annotation: 0 does not disable the port.');
  });
});
