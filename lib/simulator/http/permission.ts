import type { Command } from '../command/command.ts';
import { bindingWords, objectWords, singletonWords } from '../config/words.ts';
import { ApplianceError } from '../errors.ts';
import type { SimulatedNode } from '../node/node.ts';
import { bindings } from '../schema/bindings.ts';
import { schemas } from '../schema/schema.ts';
import type { StoredRow } from '../store/store.ts';
import type { Caller } from './login.ts';
import type { RequestTarget } from './url.ts';

/** Built-in command policies. Source: the vendor's page on command policies, shortened. */
const builtIn: Readonly<Record<string, { action: 'ALLOW'; cmdspec: RegExp }>> = {
  superuser: { action: 'ALLOW', cmdspec: /.*/ },
  sysadmin: { action: 'ALLOW', cmdspec: /^(?!(add|set|unset|rm|bind|unbind) system (user|group|cmdPolicy)).*/i },
  network: { action: 'ALLOW', cmdspec: /^(?!shell|reboot|.* (system|ns config|ns partition|HA)).*/i },
  operator: { action: 'ALLOW', cmdspec: /^(show (?!system)|stat |enable (server|service)|disable (server|service))/i },
  'read-only': { action: 'ALLOW', cmdspec: /^(show (?!system)|stat )/i },
  'partition-admin': { action: 'ALLOW', cmdspec: /^(?!.* (ns partition|HA|cluster)).*/i },
  'partition-read-only': { action: 'ALLOW', cmdspec: /^(show (?!system)|stat )/i },
};

function noun(kind: string): string {
  return objectWords[kind]?.noun ?? bindingWords[kind]?.noun ?? singletonWords[kind] ?? kind;
}

const verbs: Readonly<Record<string, string>> = {
  add: 'add',
  update: 'set',
  delete: 'rm',
  unset: 'unset',
  change: 'update',
};
const bindingVerbs: Readonly<Record<string, string>> = { add: 'bind', update: 'bind', delete: 'unbind' };

/** Returns the command line that a NITRO command stands for, which command policies are compared with. */
export function commandText(command: Command): string {
  const { kind, operation } = command;
  const body = (typeof command.body === 'object' && command.body !== null ? command.body : {}) as Record<
    string,
    unknown
  >;
  const verb = (bindings[kind] === undefined ? verbs : bindingVerbs)[operation] ?? operation;
  const name = body[schemas.get(kind)?.key ?? ''];
  return `${verb} ${noun(kind)}${name === undefined ? '' : ` ${String(name)}`}`;
}

export function readText(target: RequestTarget): string {
  const verb = target.area === 'stat' ? 'stat' : 'show';
  return `${verb} ${noun(target.kind)}${target.name === undefined ? '' : ` ${target.name}`}`;
}

function matches(policy: string, text: string, node: SimulatedNode): 'ALLOW' | 'DENY' | undefined {
  const own: StoredRow | undefined = node.configuration.root.object('systemcmdpolicy', policy);
  if (own === undefined) {
    const known = builtIn[policy.toLowerCase()];
    return known?.cmdspec.test(text) === true ? known.action : undefined;
  }
  try {
    return new RegExp(String(own.cmdspec), 'i').test(text) ? (String(own.action) as 'ALLOW' | 'DENY') : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Checks the user's command policies in the order of their priorities: the first match decides, no match denies.
 *
 * @throws {ApplianceError} 2138, or 371 when the user has no policy at all
 */
export function permit(caller: Caller, text: string, node: SimulatedNode): void {
  if (caller.username === node.options.authority.administrator) return;
  const bound = [...node.configuration.root.bindings('systemuser_systemcmdpolicy_binding', caller.username)];
  if (bound.length === 0) throw new ApplianceError(371);
  for (const binding of bound.sort((a, b) => Number(a.priority) - Number(b.priority))) {
    const decision = matches(String(binding.policyname), text, node);
    if (decision === 'ALLOW') return;
    if (decision === 'DENY') break;
  }
  throw new ApplianceError(2138);
}
