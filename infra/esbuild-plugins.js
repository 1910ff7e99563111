// Puts the configuration beside the bundles: functions/reconcile.mjs, appliances.json, ca/*.pem.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { functionFiles } from './load.ts';

/** @param serverless the running osls, whose variables are resolved by now. */
export default (serverless) => [
  {
    name: 'configuration',
    setup(build) {
      build.onEnd(() => {
        const root = dirname(build.initialOptions.outdir);
        for (const [path, content] of functionFiles(serverless.service.custom.nspass.appliances)) {
          mkdirSync(dirname(join(root, path)), { recursive: true });
          writeFileSync(join(root, path), content);
        }
      });
    },
  },
];
