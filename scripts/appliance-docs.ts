import { DEFAULTS } from '../lib/netscaler/index.ts';
import { defaults } from '../lib/simulator/schema/defaults.ts';
import { laterTypes } from '../lib/simulator/schema/later-types.ts';
import { SOURCES, unsourced } from '../lib/simulator/schema/sources.ts';
import { table } from './schema-docs.ts';

function shown(kind: string, attributes: readonly string[]): string {
  return attributes.map((attribute) => `\`${attribute}=${defaults[kind]?.[attribute]}\``).join(', ');
}

/** Attributes whose value the engine, too, takes for the appliance's default, and that no source pins. */
function countedOn(): string[] {
  return Object.entries(DEFAULTS).flatMap(([kind, attributes]) =>
    unsourced(kind)
      .filter((attribute) => attribute in attributes)
      .map((attribute) => `\`${attribute}\` of \`${kind}\``),
  );
}

/** `docs/appliance-defaults.md`. */
export function renderApplianceDefaults(): string {
  const read = SOURCES.map(({ kind, read, attributes }) => [`\`${kind}\``, read, shown(kind, attributes)]);
  const open = Object.keys(defaults)
    .sort()
    .map((kind): [string, string[]] => [kind, unsourced(kind)])
    .filter(([, attributes]) => attributes.length > 0)
    .map(([kind, attributes]) => [`\`${kind}\``, shown(kind, attributes)]);
  const count = Object.keys(defaults).reduce((sum, kind) => sum + unsourced(kind).length, 0);
  const types = Object.keys(laterTypes).sort();
  return [
    '# Defaults of the simulated appliance\n',
    'What [the simulator](appliance.md) shows for attributes that were never set. The engine writes what it needs and compares what it wrote; beyond that it takes a few defaults for the appliance’s own (`DEFAULTS` in `lib/netscaler/resource.ts`).\n',
    'This page is generated from `lib/simulator/schema` (`npm run generate`).\n',
    '## To be verified on a real appliance (V)\n',
    `No document or row at hand says these ${count}; they were written from memory of the vendor’s reference. Whoever has looked at an appliance names the source in \`lib/simulator/schema/sources.ts\`.\n`,
    `The engine counts on these of them: ${countedOn().join(', ')}. If an appliance has another default there, each audit finds drift that nobody made.\n`,
    `${table(['type', 'attributes'], open)}\n`,
    `The same holds for every attribute and choice of ${types.map((kind) => `\`${kind}\``).join(', ')} (\`lib/simulator/schema/later-types.ts\`).\n`,
    '## Read somewhere\n',
    `${table(['type', 'read in', 'attributes'], read)}\n`,
  ].join('\n');
}
