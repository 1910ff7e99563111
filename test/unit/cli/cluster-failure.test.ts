import { describe, expect, it } from 'vitest';
import { clusterFailure } from '../../../lib/cli/cluster-failure.ts';
import { ApiError } from '../../../lib/forwarder/kubernetes/index.ts';

const SERVER = 'https://api.example:6443';
const system = (fields: object): Error => Object.assign(new Error('raw'), fields);

describe('why a cluster cannot be read, and what to do', () => {
  it.each([
    [new ApiError(401, 'Unauthorized', 'x'), `${SERVER} refuses the credentials (401): log in again`],
    [new ApiError(403, 'Forbidden', 'no'), 'services may not be read (403: no): ask for the right to list them'],
    [new ApiError(503, '', 'busy'), `${SERVER} answers 503 for services: busy`],
    [
      system({ code: 'ENOENT', syscall: 'spawn aws' }),
      'with the command aws, which cannot be run (ENOENT): install it',
    ],
    [system({ code: 'EACCES', syscall: 'spawnSync' }), 'with the command'],
    [
      system({ code: 'SELF_SIGNED_CERT_IN_CHAIN' }),
      'name it as certificate-authority of the cluster in the kubeconfig.',
    ],
    [system({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }), `the certificate of ${SERVER} is of an authority`],
    [system({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }), 'name one of them as tls-server-name'],
    [system({ code: 'ECONNREFUSED' }), `${SERVER} cannot be reached (ECONNREFUSED): is the cluster running`],
    [system({ code: 'ENOTFOUND' }), `${SERVER} cannot be reached (ENOTFOUND)`],
    [new Error('anything else'), 'anything else'],
  ])('%s', (error, text) => {
    expect(clusterFailure(error, SERVER, 'services')).toContain(text);
  });
});
