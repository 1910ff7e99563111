import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tool } from './ministack.ts';
import { ROOT, run } from './project.ts';

/** Values of one block of HCL, as python-hcl2 returns them: expressions are texts in `${…}`. */
export type HclBlock = Readonly<Record<string, unknown>>;

/** A folder of HCL: kind of block (`resource`, `variable` …) → label, or `type.name` → values. */
export type HclModule = Readonly<Record<string, Readonly<Record<string, HclBlock>>>>;

/** Kinds of blocks that have a type and a name. */
const TWO_LABELS = ['resource', 'data'];

const SCRIPT = `
import hcl2, json, sys
from hcl2.utils import SerializationOptions
options = SerializationOptions(strip_string_quotes=True, with_comments=False, explicit_blocks=False)
print(json.dumps([hcl2.load(open(name), serialization_options=options) for name in sys.argv[1:]]))
`;

/**
 * Parses the files of a module with the parser of python-hcl2.
 *
 * @param folder below the root of the project.
 */
export async function readHcl(folder: string): Promise<HclModule> {
  const names = (await readdir(join(ROOT, folder))).filter((name) => name.endsWith('.tf')).sort();
  const files = names.map((name) => join(ROOT, folder, name));
  const { status, output } = await run(tool('python'), ['-c', SCRIPT, ...files], ROOT);
  if (status !== 0) throw new Error(`${folder} is not HCL: ${output}`);
  const found: Record<string, Record<string, HclBlock>> = {};
  for (const file of JSON.parse(output) as Record<string, HclBlock[]>[]) {
    for (const [kind, blocks] of Object.entries(file)) {
      const named = blocks.flatMap((block) => Object.entries(block)) as [string, HclBlock][];
      const labelled = TWO_LABELS.includes(kind)
        ? named.flatMap(([type, ones]) => Object.entries(ones).map(([name, one]) => [`${type}.${name}`, one] as const))
        : named;
      found[kind] = { ...found[kind], ...(Object.fromEntries(labelled) as Record<string, HclBlock>) };
    }
  }
  return found;
}
