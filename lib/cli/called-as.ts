import { basename } from 'node:path';

/** Names under which the command can be started. */
const NAMES = {
  /** As a plugin of kubectl, which starts `kubectl-nspass` for `kubectl nspass`. */
  'kubectl-nspass': 'kubectl nspass',
  /** By kubectl, to complete the words after `kubectl nspass`. */
  'kubectl_complete-nspass': 'completion for kubectl',
} as const;

export type CalledAs = 'nspass' | (typeof NAMES)[keyof typeof NAMES];

/**
 * Returns the name under which the command was started.
 *
 * @param script path of the file that Node runs: the launcher, or a link to it that has its name.
 */
export function calledAs(script = ''): CalledAs {
  const name = basename(script, '.js');
  return Object.hasOwn(NAMES, name) ? NAMES[name as keyof typeof NAMES] : 'nspass';
}
