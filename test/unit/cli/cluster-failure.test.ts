import { describe, expect, it } from 'vitest';
import { clusterFailure } from '../../../lib/cli/cluster-failure.ts';
import { ApiError } from '../../../lib/forwarder/kubernetes/index.ts';

const SERVER = 'https://api.example:6443';
const system = (fields: object): Error => Object.assign(new Error('raw'), fields);

describe('why a cluster cannot be read, and what to do', () => {
  it.each([
    [new ApiError(401, 'Unauthorized', 'x'), `${SERVER} rejects the credentials (401): log in again`],
    [new ApiError(403, 'Forbidden', 'no'), 'no permission to list services (403: no): ask for it'],
    [new ApiError(503, '', 'busy'), `${SERVER} answered 503 for services: busy`],
    [
      system({ code: 'ENOENT', syscall: 'spawn aws' }),
      'the kubeconfig logs in with aws, which cannot be run (ENOENT): install it',
    ],
    [system({ code: 'EACCES', syscall: 'spawnSync' }), 'the kubeconfig logs in with a command, which'],
    [system({ code: 'SELF_SIGNED_CERT_IN_CHAIN' }), 'set certificate-authority of the cluster in the kubeconfig.'],
    [
      system({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
      `the certificate of ${SERVER} is signed by an unknown authority`,
    ],
    [system({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }), 'set tls-server-name of the cluster in the kubeconfig'],
    [system({ code: 'ECONNREFUSED' }), `${SERVER} is unreachable (ECONNREFUSED): check that the cluster runs`],
    [system({ code: 'ENOTFOUND' }), `${SERVER} is unreachable (ENOTFOUND)`],
    [new Error('anything else'), 'anything else'],
  ])('%s', (error, text) => {
    expect(clusterFailure(error, SERVER, 'services')).toContain(text);
  });
});
