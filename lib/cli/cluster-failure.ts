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
 * Says why a cluster cannot be read, and what its user can do.
 *
 * @param server URL of the API server.
 * @param resource what was read then, as RBAC names it; undefined before anything was.
 */
export function clusterFailure(error: unknown, server: string, resource?: string): string {
  const { code = '', syscall = '', message } = error as NodeJS.ErrnoException;
  if (error instanceof ApiError && error.status === 401) {
    return `${server} refuses the credentials (401): log in again or renew the token, until kubectl get ingress works with the same context.`;
  }
  if (error instanceof ApiError && error.status === 403) {
    return `${resource} may not be read (403: ${message}): ask for the right to list them, or name a namespace of yours with --namespace.`;
  }
  if (error instanceof ApiError) return `${server} answers ${error.status} for ${resource}: ${message}`;
  if (syscall.startsWith('spawn')) {
    const command = syscall.slice('spawn '.length) || 'a command';
    return `the user of the kubeconfig logs in with the command ${command}, which cannot be run (${code}): install it, or put it in the PATH.`;
  }
  if (UNKNOWN_AUTHORITY.has(code)) {
    return `the certificate of ${server} is of an authority that is not known (${code}): name it as certificate-authority of the cluster in the kubeconfig.`;
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `the certificate of ${server} has other names: name one of them as tls-server-name of the cluster in the kubeconfig.`;
  }
  if (UNREACHABLE.has(code)) {
    return `${server} cannot be reached (${code}): is the cluster running, and is the context the right one?`;
  }
  return message;
}
