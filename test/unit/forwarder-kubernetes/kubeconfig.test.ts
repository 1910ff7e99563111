import { afterEach, beforeEach, expect, it } from 'vitest';
import { AccessUnusable, kubeconfigAccess } from '../../../lib/forwarder/kubernetes/index.ts';

const NAMES = ['HOME', 'KUBECONFIG'] as const;
let before: (string | undefined)[];
beforeEach(() => {
  before = NAMES.map((name) => process.env[name]);
});
afterEach(() => {
  NAMES.forEach((name, index) => {
    const value = before[index];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  });
});

it('no kubeconfig anywhere: one sentence, instead of attempts at http://localhost:8080 for ever', async () => {
  delete process.env.KUBECONFIG;
  process.env.HOME = '/nonexistent';
  const access = kubeconfigAccess();
  await expect(access).rejects.toBeInstanceOf(AccessUnusable);
  await expect(access).rejects.toThrow('there is no kubeconfig: set KUBECONFIG, or make ~/.kube/config');
});
