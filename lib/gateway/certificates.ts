import { quote } from '../ingress/finding.ts';
import { fault, type GatewayFault } from './fault.ts';
import { GATEWAY_GROUP, type K8sCertificateRef, type K8sListener } from './kubernetes.ts';
import type { GatewayView } from './view.ts';

const STATES = { malformed: 'holds no usable certificate and key', missing: 'does not exist' } as const;

function certificateFault(
  { group = '', kind = 'Secret', name = '', namespace }: K8sCertificateRef,
  own: string,
  path: string,
  view: GatewayView,
): GatewayFault | undefined {
  const broken = (reason: string, message: string): GatewayFault =>
    fault(reason, 'GatewayCertificateInvalid', { message, path });
  if (group !== '' || kind !== 'Secret') {
    return broken('InvalidCertificateRef', `the certificate ${quote(`${group}/${kind}`)} is not a Secret`);
  }
  const target = namespace ?? own;
  const shown = quote(`${target}/${name}`);
  const from = { group: GATEWAY_GROUP, kind: 'Gateway', namespace: own };
  if (target !== own && !view.grants.permits({ from, to: { group, kind, namespace: target, name } })) {
    return broken('RefNotPermitted', `no ReferenceGrant lets a Gateway of namespace ${quote(own)} use Secret ${shown}`);
  }
  const state = view.certificate(target, name);
  if (state === 'usable' || state === 'unread') return undefined;
  return broken('InvalidCertificateRef', `Secret ${shown} ${STATES[state]}`);
}

/**
 * Returns the first fault of the certificates of an HTTPS listener (GW-15). A forbidden reference is not looked up, so that
 * nobody learns whether the Secret exists. A Secret that is not read has no fault. Source: `ListenerReasonInvalidCertificateRef` and `ListenerReasonRefNotPermitted`
 * in apis/v1/gateway_types.go, and the official tests GatewayInvalidTLSConfiguration and GatewaySecret….
 *
 * @param at path of the listener.
 */
export function certificatesFault(
  { tls }: K8sListener,
  namespace: string,
  at: string,
  view: GatewayView,
): GatewayFault | undefined {
  const refs = tls?.certificateRefs ?? [];
  const path = `${at}.tls.certificateRefs`;
  if (refs.length === 0) {
    const message = 'the HTTPS listener names no certificate';
    return fault('InvalidCertificateRef', 'GatewayCertificateInvalid', { message, path });
  }
  for (const [index, ref] of refs.entries()) {
    const found = certificateFault(ref, namespace, `${path}[${index}]`, view);
    if (found !== undefined) return found;
  }
  return undefined;
}
