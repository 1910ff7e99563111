import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { artifactOf } from './artifacts.ts';

/** A function of serverless.yml. */
interface FunctionDefinition {
  readonly handler: string;
  package?: { artifact?: string };
}

/** Part of osls that the plugin uses. The variables of serverless.yml are already resolved. */
interface Osls {
  readonly serviceDir: string;
  readonly service: {
    readonly custom: { readonly nspass: { readonly appliances: string } };
    getAllFunctions(): readonly string[];
    getFunction(name: string): FunctionDefinition;
  };
}

/** Folder whose files osls uploads. */
const OUT = '.serverless';

/**
 * Builds the zip of each function in every osls command that packages (`package`, `deploy`, `deploy function`), so that
 * none of them can deploy an outdated zip.
 */
export default class Artifacts {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;

  constructor(osls: Osls, { function: only }: { readonly function?: string }) {
    this.hooks = {
      'before:package:createDeploymentArtifacts': () => makeArtifacts(osls, osls.service.getAllFunctions()),
      'before:package:function:package': () => makeArtifacts(osls, only === undefined ? [] : [only]),
    };
  }
}

async function makeArtifacts({ serviceDir, service }: Osls, names: readonly string[]): Promise<void> {
  mkdirSync(join(serviceDir, OUT), { recursive: true });
  for (const name of names) {
    const definition = service.getFunction(name);
    const artifact = join(OUT, `${name}.zip`);
    const zip = await artifactOf(serviceDir, definition.handler, service.custom.nspass.appliances);
    writeFileSync(join(serviceDir, artifact), zip);
    definition.package = { ...definition.package, artifact };
  }
}
