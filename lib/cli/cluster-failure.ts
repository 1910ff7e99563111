import { ApiError } from '../forwarder/kubernetes/index.ts';

const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'ETIMEDOUT']);
const UNKNOWN_AUTHORITY = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * Explains why a cluster cannot be read, and what its user can do.
 *
 * @param server URL of the API server.
 * @param resource that was being read, as RBAC names it; undefined before the first.
 */
export function clusterFailure(error: unknown, server: string, resource?: string): string {
  const { code = '', syscall = '', message } = error as NodeJS.ErrnoException;
  if (error instanceof ApiError && error.status === 401) {
    return `${server} rejects the credentials (401): log in again or renew the token, until kubectl get ingress works with the same context.`;
  }
  if (error instanceof ApiError && error.status === 403) {
    return `no permission to list ${resource} (403: ${message}): ask for it, or check a namespace of yours with --namespace.`;
  }
  if (error instanceof ApiError) return `${server} answered ${error.status} for ${resource}: ${message}`;
  if (syscall.startsWith('spawn')) {
    const command = /^spawn(?:Sync)? (.+)$/.exec(syscall)?.[1] ?? 'a command';
    return `the kubeconfig logs in with ${command}, which cannot be run (${code}): install it, or add it to the PATH.`;
  }
  if (UNKNOWN_AUTHORITY.has(code)) {
    return `the certificate of ${server} is signed by an unknown authority (${code}): set certificate-authority of the cluster in the kubeconfig.`;
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `the certificate of ${server} is for other names: set tls-server-name of the cluster in the kubeconfig to one of them.`;
  }
  if (UNREACHABLE.has(code)) {
    return `${server} is unreachable (${code}): check that the cluster runs, and that the context is the right one.`;
  }
  return message;
}
