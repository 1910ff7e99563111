// Lists the packages in the forwarder's bundle as CycloneDX. Installed packages that are not bundled are left out.
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

/**
 * Returns the bill of materials of a bundle.
 *
 * @param metafile of esbuild, with paths relative to `root`.
 * @param root folder of package.json and node_modules.
 */
export function billOfMaterials(metafile: Metafile, root: string): object {
  const read = (folder: string): Manifest => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    // A file of zero bytes was read, but is not in the bundle.
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  const folders = new Set(files.map(packageOf).filter((folder) => folder !== undefined));
  const components = new Map(
    [...folders].map((folder) => {
      const { name, version, license } = read(folder);
      const id = purl({ name, version });
      const licenses = typeof license !== 'string' ? {} : { licenses: [{ expression: license }] };
      return [id, { type: 'library', 'bom-ref': id, name, version, purl: id, ...licenses }] as const;
    }),
  );
  const { name, version, license } = read('.');
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      component: { type: 'application', 'bom-ref': name, name, version, licenses: [{ expression: license }] },
    },
    components: [...components.keys()].sort().map((id) => components.get(id)),
  };
}
