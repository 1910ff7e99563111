import type { Target } from '@aws-sdk/client-eventbridge';
import type { Envelope } from './envelope.ts';
import { type EventMatcher, parsePattern } from './event-pattern.ts';
import { invalid, invalidPattern, notFound, ServiceError } from './service-error.ts';
import { PatternInvalid } from './value-matcher.ts';

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly bus: string;
  readonly description?: string;
  readonly pattern: string;
  readonly matches: EventMatcher;
  readonly enabled: boolean;
  readonly targets: readonly Target[];
}

/** A rule that matches an event, with one of its targets. */
export interface Match {
  readonly rule: Rule;
  readonly target: Target;
}

/** Compiles the pattern of a request. @throws {ServiceError} if it is not valid. */
export function requestedPattern(text: string): EventMatcher {
  try {
    return parsePattern(text);
  } catch (error) {
    if (error instanceof PatternInvalid) throw invalidPattern(error.message);
    throw error;
  }
}

/** Rules of all buses, and their matches. */
export class EventRules {
  readonly #rules = new Map<string, Rule>();

  put(rule: Omit<Rule, 'matches' | 'targets'>): void {
    const targets = this.#rules.get(key(rule.bus, rule.name))?.targets ?? [];
    this.#rules.set(key(rule.bus, rule.name), { ...rule, matches: requestedPattern(rule.pattern), targets });
  }

  get(bus: string, name: string): Rule {
    const rule = this.#rules.get(key(bus, name));
    if (rule === undefined) throw notFound(`Rule ${name} on EventBus ${bus}`);
    return rule;
  }

  list(bus: string, prefix = ''): Rule[] {
    return [...this.#rules.values()]
      .filter((rule) => rule.bus === bus && rule.name.startsWith(prefix))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  setEnabled(bus: string, name: string, enabled: boolean): void {
    this.#rules.set(key(bus, name), { ...this.get(bus, name), enabled });
  }

  delete(bus: string, name: string): void {
    const rule = this.#rules.get(key(bus, name));
    if (rule !== undefined && rule.targets.length > 0) {
      throw invalid("Rule can't be deleted since it has targets.");
    }
    this.#rules.delete(key(bus, name));
  }

  putTargets(bus: string, name: string, targets: readonly Target[]): void {
    const rule = this.get(bus, name);
    const ids = new Set(targets.map((target) => target.Id));
    const all = [...rule.targets.filter((target) => !ids.has(target.Id)), ...targets];
    if (all.length > 5)
      throw new ServiceError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
    this.#rules.set(key(bus, name), { ...rule, targets: all });
  }

  removeTargets(bus: string, name: string, ids: readonly string[]): void {
    const rule = this.get(bus, name);
    this.#rules.set(key(bus, name), {
      ...rule,
      targets: rule.targets.filter((target) => !ids.includes(target.Id ?? '')),
    });
  }

  /** @param only ARNs of the rules that a replay is limited to. */
  match(bus: string, event: Envelope, only?: ReadonlySet<string>): Match[] {
    return this.list(bus)
      .filter((rule) => rule.enabled && (only === undefined || only.has(rule.arn)) && rule.matches(event))
      .flatMap((rule) => rule.targets.map((target) => ({ rule, target })));
  }
}

const key = (bus: string, name: string) => `${bus}/${name}`;
