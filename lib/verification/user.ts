import { commandPolicies } from '../nitro/index.ts';

/** Begins the names of the probe's objects and of its policies. */
const NAME = 'nspassverify';

/** A command policy for the user of the probe. */
interface ProbePolicy {
  readonly name: string;
  readonly spec: string;
}

/**
 * Returns the command policies that let a user run the probe, and no more: those of a deployment of that name, without the
 * right to save, and what only the probe makes.
 */
export function probePolicies(): ProbePolicy[] {
  const engine = commandPolicies(NAME).filter(({ name }) => name !== `${NAME}-system`);
  const own = `"?${NAME}[-_]`;
  return [
    ...engine.map(({ name, spec }) => ({ name, spec })),
    {
      name: `${NAME}-more`,
      spec: `^(show (server|policy patset|ns ?hardware|system ?file)( |$)|(add|rm) (server|policy patset|system ?file) ${own}|set ssl vserver ${own}|rename cs vserver ${own})`,
    },
  ];
}
