import { subset, validRange } from 'semver';
import { BILL_OF_MATERIALS } from '../infra/docker/sbom.ts';

/** Fields of the project's package.json that the command's manifest takes over. */
export interface ProjectManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly keywords: readonly string[];
  readonly type: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Release of Node that the packaged command needs: undici asks for it, and the build checks that no package asks for more. */
export const OLDEST_NODE = '22.19.0';

/** Packages that have workers and files of their own: they come with an installation. All others are bundled. */
export const UNBUNDLED: readonly string[] = ['fauxqs'];

/** Files and folders of the project that the package has beside the command, at the same paths. */
export const PAGES: readonly string[] = [
  'docs',
  'appliances.example.yml',
  'LICENSE',
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
];

/**
 * Names of the command → its launchers in the package. `kubectl nspass` starts the second, and completes words by the third:
 * kubectl finds both by their names.
 */
export const BINS = {
  nspass: 'nspass.js',
  'kubectl-nspass': 'kubectl-nspass.js',
  'kubectl_complete-nspass': 'kubectl_complete-nspass.js',
} as const;

/** Path of what programs import, in the package as in the project, without its extension. */
export const LIBRARY = 'lib/library/index';

/**
 * Returns package.json of the published command. It names the few packages that are not bundled; what the project itself
 * needs beside them is in the bundle. The package is a module only: `require` loads it, too, in each Node that it promises.
 */
export function commandManifest(project: ProjectManifest): Record<string, unknown> {
  const { name, version, description, license, keywords, type, dependencies } = project;
  return {
    name,
    version,
    description,
    license,
    keywords,
    type,
    engines: { node: `>=${OLDEST_NODE}` },
    // For tools that do not read `exports`.
    main: `./${LIBRARY}.js`,
    types: `./${LIBRARY}.d.ts`,
    bin: BINS,
    exports: {
      '.': { types: `./${LIBRARY}.d.ts`, default: `./${LIBRARY}.js` },
      './package.json': './package.json',
    },
    files: [...Object.values(BINS), 'lib', BILL_OF_MATERIALS, ...PAGES],
    dependencies: Object.fromEntries(UNBUNDLED.map((unbundled) => [unbundled, dependencies[unbundled]])),
  };
}

/**
 * Returns the packages that do not take every Node that the command promises ({@link OLDEST_NODE} and newer), as lines to
 * print.
 *
 * @param engines name of a package → its `engines.node`. What is no range is returned, too: somebody must look at it.
 */
export function tooNew(engines: ReadonlyMap<string, string>): string[] {
  return [...engines].flatMap(([name, range]) => {
    if (validRange(range) !== null && subset(`>=${OLDEST_NODE}`, range)) return [];
    return [`${name} needs Node ${range}, the packaged command promises ${OLDEST_NODE}: change OLDEST_NODE`];
  });
}
