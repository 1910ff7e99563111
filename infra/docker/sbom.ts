// Lists the packages in a bundle as CycloneDX. Installed packages that are not bundled are left out.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: unknown;
}

const MODULES = 'node_modules/';

/**
 * Returns the folder of a file's package: `node_modules/@a/b/lib/c.js` → `node_modules/@a/b`.
 *
 * @returns undefined for a file of this project.
 */
function packageOf(file: string): string | undefined {
  const at = file.lastIndexOf(MODULES);
  if (at < 0) return undefined;
  const [first = '', second = ''] = file.slice(at + MODULES.length).split('/');
  return file.slice(0, at + MODULES.length) + (first.startsWith('@') ? `${first}/${second}` : first);
}

const purl = ({ name, version }: Manifest): string => `pkg:npm/${name.replace('@', '%40')}@${version}`;

/** Name of the bill of materials in the image, in the published command and in the zip of a function. */
export const BILL_OF_MATERIALS = 'sbom.cdx.json';

/** Returns the folders of the packages that bundles are made of, relative to the root of the project, sorted. */
export function bundledFolders(metafiles: readonly Metafile[]): string[] {
  const outputs = metafiles.flatMap((metafile) => Object.values(metafile.outputs));
  const files = outputs.flatMap(({ inputs }) =>
    // A file of zero bytes was read, but is not in the bundle.
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  return [...new Set(files.map(packageOf).filter((folder) => folder !== undefined))].sort();
}

/**
 * Returns the bill of materials of an artefact, as the text of a file. It has no time of its own, so that the same sources
 * give the same artefact.
 *
 * @param metafiles of esbuild, one for each bundle in the artefact, with paths relative to `root`.
 * @param root folder of package.json and node_modules.
 * @param installed packages that are installed with the artefact instead of being in a bundle.
 */
export function billOfMaterials(
  metafiles: readonly Metafile[],
  root: string,
  installed: readonly string[] = [],
): string {
  const read = (folder: string): Manifest => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const folders = [...bundledFolders(metafiles), ...installed.map((name) => MODULES + name)];
  const components = new Map(
    folders.map((folder) => {
      const { name, version, license } = read(folder);
      const id = purl({ name, version });
      const licenses = typeof license !== 'string' ? {} : { licenses: [{ expression: license }] };
      return [id, { type: 'library', 'bom-ref': id, name, version, purl: id, ...licenses }] as const;
    }),
  );
  const { name, version, license } = read('.');
  const bill = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      component: { type: 'application', 'bom-ref': name, name, version, licenses: [{ expression: license }] },
    },
    components: [...components.keys()].sort().map((id) => components.get(id)),
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}
