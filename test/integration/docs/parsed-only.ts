/** Commands of the pages that no test runs as they are written, and why. The unit test still has the program parse ours. */
export const PARSED_ONLY: readonly { readonly form: RegExp; readonly why: string }[] = [
  { form: /^npm (test|run (demo|bench|site)\b)/, why: '.ci/run runs the script itself, or it takes minutes' },
  { form: /^npm run fuzz\b/, why: 'test/fuzz runs the same campaigns with fewer inputs' },
  { form: /^npm run supply /, why: 'needs a repository; test/unit/scripts/lockfile.test.ts compares commits of one' },
  { form: /^npm run deploy /, why: 'needs an AWS account; test/integration/cloud deploys on an emulator' },
  { form: /^npx osls remove /, why: 'needs an AWS account' },
  { form: /^aws /, why: 'needs an AWS account; test/integration/cloud makes the same calls on an emulator' },
  { form: /^nspass (replay|redrive) /, why: 'needs a deployment; test/integration/runbooks runs it on an emulator' },
  { form: /^nspass (at|history) /, why: 'needs an archive of that time; test/integration/history runs both' },
  { form: /^nspass console /, why: 'ends with Ctrl-C only; test/integration/console/command.test.ts runs it' },
  { form: /^nspass exporter /, why: 'ends with Ctrl-C only; test/integration/traffic/command.test.ts runs it' },
  {
    form: /^nspass conformance\b/,
    why: 'takes minutes, or needs a cluster; test/integration/conformance and kubernetes run the same cases',
  },
  {
    form: /^nspass doctor .*--deployment /,
    why: 'needs a deployment and a cluster; test/integration/cloud and test/integration/kubernetes check them',
  },
  {
    form: /^nspass verify .*(--vip|--sign-key|--key)\b/,
    why: 'needs a route to the appliance, or a key; test/integration/cli/verify.test.ts runs the same',
  },
  { form: /^nspass appliance --facts /, why: 'ends with Ctrl-C only; test/integration/cli/verify.test.ts runs it' },
  {
    form: /^(nspass|npx netscaler-passthrough) appliance /,
    why: 'ends with Ctrl-C only; test/integration/appliance-command.test.ts runs it',
  },
  {
    form: /^nspass remove .*--yes/,
    why: 'takes the routes of the other commands away; test/integration/runbooks runs it',
  },
  {
    form: /^nspass .*--live\b/,
    why: 'needs a cluster; test/integration/kubernetes reads a real control plane',
  },
  { form: /^nspass local .*--map/, why: 'asks for fixed ports, which may be in use here' },
  { form: /^nspass .*--probe/, why: 'shakes hands through a VIP that this machine has no route to' },
  { form: /^kubectl /, why: 'needs a cluster with the forwarder' },
  { form: /^curl .*8081/, why: 'needs a forwarder; test/integration/runbooks sends the same requests' },
  { form: /^curl /, why: 'needs an appliance with the address of the example' },
  { form: /^openssl /, why: 'needs an appliance with the address of the example' },
  { form: /^docker buildx /, why: 'needs a registry; .ci/kubernetes and .ci/simulator build the same images' },
  { form: /^alias /, why: 'test/integration/runbooks runs it' },
  { form: /^\.ci\/gateway-api-conformance$/, why: '.ci/run runs the same' },
  { form: /^MANIFESTS=/, why: 'test/integration/cli/check-manifests.test.ts runs the script' },
];
