import {
  type AnnotationName,
  annotationKeys,
  BOOLEAN,
  CLASS_ANNOTATION,
  FRONTEND_ADDRESS,
  HOST_SYNTAX,
  PORT,
  TERMINATION,
} from '../lib/ingress/index.ts';
import { CHALLENGE_PREFIX } from '../lib/route/index.ts';
import { accepts, all, annotation, any, either, literal, matches, trimmed } from './cel.ts';

/**
 * The largest Ingress whose hosts and back ends the policy judges. The API server limits the cost of an expression to a
 * million, and comparing hosts with each other costs as much as the square of their number.
 */
export const MOST = { rules: 400, tlsHosts: 400, paths: 1_000 } as const;

/** Limits of products: of hosts and their characters (a tenth is the cost), and of repeated hosts, rules and paths. */
const COMPARED = { characters: 9_000_000, repeated: 20_000 } as const;

/** A named expression of the policy. An expression may use the variables before it. */
export interface Variable {
  readonly name: string;
  readonly expression: string;
}

/** The object that is judged, or the one that it replaces. */
type Judged = 'object' | 'oldObject';

/** Stands for the list of class names in lower case, which Helm fills in. */
export const CLASS_NAMES = '<CLASS-NAMES>';

/** Returns the name of a variable about an object: `hosts` for `object`, `oldHosts` for `oldObject`. */
export function variableName(object: Judged, name: string): string {
  return object === 'object' ? name : `old${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** Returns the conditions under which an Ingress is ours (SEL-1, SEL-2). They may not use variables. */
export function selection(object: Judged): Variable[] {
  const annotations = `${object}.metadata.?annotations.orValue({})`;
  const passthrough = annotation(annotations, annotationKeys('ssl-passthrough'));
  const annotated = annotation(annotations, [CLASS_ANNOTATION]);
  const className = either(`${annotated} != ""`, annotated, `${object}.spec.?ingressClassName.orValue("")`);
  return [
    { name: 'passthrough', expression: `${passthrough}.lowerAscii() == ${literal(BOOLEAN.words[0])}` },
    { name: 'class', expression: `${className}.lowerAscii() in ${CLASS_NAMES}` },
  ];
}

const EMPTY = '[]';
const HOST = 'r.?host.orValue("")';
const PATHS = 'r.?http.?paths.orValue([])';
const PATH = 'p.?path.orValue("")';
const LABEL = `${HOST_SYNTAX.outer}(${HOST_SYNTAX.inner}{0,${HOST_SYNTAX.longestLabel - 2}}${HOST_SYNTAX.outer})?`;

/** Holds for a valid host (VAL-4). The API server has refused capitals and a dot at the end already. */
const VALID_HOST = all(
  `size(h) <= ${HOST_SYNTAX.longest}`,
  `!${matches('h', HOST_SYNTAX.address)}`,
  matches('h', `^([*][.])?${LABEL}([.]${LABEL})*$`),
);

/** A back end as text: equal for the same Service and port as written, or for the same resource (VAL-7). */
const BACKEND = (() => {
  const port = 'p.backend.service.?port';
  const number = `${port}.?number.orValue(0)`;
  const portText = either(`${number} != 0`, `string(${number})`, `${port}.?name.orValue("")`);
  const service = `"service " + p.backend.service.name + ":" + ${portText}`;
  const resource = '"resource " + p.backend.resource.kind + "/" + p.backend.resource.name';
  return `${either('has(p.backend.service)', service, resource)}.replace("\\n", " ")`;
})();

/**
 * The paths of a rule, a line for each: `/` for path / and `-` for another one, then the back end. Those of several rules
 * are joined as text, because CEL cannot make one list of many.
 */
const PATH_LINES = (() => {
  const counted = `${PATHS}.filter(p, !${PATH}.startsWith(${literal(CHALLENGE_PREFIX)}))`;
  return `${counted}.map(p, ${either(`${PATH} in ["", "/"]`, '"/"', '"-"')} + ${BACKEND}).join("\\n")`;
})();

/** Writes the variables about one of the two objects. */
class Facts {
  readonly #object: Judged;

  constructor(object: Judged) {
    this.#object = object;
  }

  of(name: string): string {
    return `variables.${variableName(this.#object, name)}`;
  }

  /** The annotations, and what is wrong with them (VAL-9 to VAL-11). */
  annotations(): Record<string, string> {
    const text = (name: AnnotationName): string => annotation(this.of('annotations'), annotationKeys(name));
    const port = (name: string, fallback: number): string => {
      const alone = this.of(`${name}Alone`);
      return either(`${this.of(name)} == ""`, String(fallback), either(accepts(PORT, alone), `int(${alone})`, '0'));
    };
    const only = (condition: string, value: string): string => either(condition, `[${value}]`, EMPTY);
    const [address, secure, insecure] = ['address', 'securePort', 'insecurePort'].map((name) => this.of(name));
    const alone = this.of('addressAlone');
    const isAddress = accepts({ ...FRONTEND_ADDRESS, except: [] }, alone);
    const redirect = `${text('insecure-termination')}.lowerAscii() == ${literal(TERMINATION.words[0])}`;
    return {
      annotations: `${this.#object}.metadata.?annotations.orValue({})`,
      address: text('frontend-ip'),
      addressAlone: trimmed(this.of('address')),
      secureText: text('secure-port'),
      secureTextAlone: trimmed(this.of('secureText')),
      insecureText: text('insecure-port'),
      insecureTextAlone: trimmed(this.of('insecureText')),
      securePort: port('secureText', 443),
      insecurePort: port('insecureText', 80),
      notAddresses: only(all(`${address} != ""`, `!(${isAddress})`), `${address}`),
      reservedAddresses: only(all(isAddress, `!(${accepts(FRONTEND_ADDRESS, alone)})`), `${address}`),
      invalidSecurePorts: only(`${secure} == 0`, this.of('secureText')),
      invalidInsecurePorts: only(`${insecure} == 0`, this.of('insecureText')),
      equalPorts: only(all(redirect, `${secure} == ${insecure}`, `${secure} != 0`), `string(${secure})`),
    };
  }

  /** The hosts, and what is wrong with them (VAL-1 to VAL-4). */
  hosts(): Record<string, string> {
    const rules = this.of('rules');
    const wildcard = `("*" + h.substring(h.indexOf("."))) in ${this.of('tlsHosts')}`;
    const covered = any(`h in ${this.of('tlsHosts')}`, all('h.contains(".")', wildcard));
    const valid = `!(h in ${this.of('invalidHosts')})`;
    const coversAll = `${this.of('tls')}.exists(t, size(t.?hosts.orValue([])) == 0)`;
    return {
      rules: `${this.#object}.spec.?rules.orValue([])`,
      hosts: `${rules}.filter(r, ${HOST} != "").map(r, r.host)`,
      rulesWithoutHost: either(`size(${this.of('hosts')}) < size(${rules})`, '["spec.rules"]', EMPTY),
      onlyDefaultBackend: either(
        all(`has(${this.#object}.spec.defaultBackend)`, `size(${this.of('hosts')}) == 0`),
        '["spec.defaultBackend"]',
        EMPTY,
      ),
      tls: `${this.#object}.spec.?tls.orValue([])`,
      tlsHosts: `${this.of('tls')}.map(t, t.?hosts.orValue([]).join("\\n")).join("\\n").split("\\n")`,
      pathCount: `(${rules}.map(r, size(${PATHS})) + [0]).sum()`,
      bounded: all(
        `size(${rules}) <= ${MOST.rules}`,
        `size(${this.of('tlsHosts')}) <= ${MOST.tlsHosts}`,
        `${this.of('pathCount')} <= ${MOST.paths}`,
      ),
      invalidHosts: either(this.of('bounded'), `${this.of('hosts')}.filter(h, !(${VALID_HOST}))`, EMPTY),
      uncoveredHosts: either(
        all(this.of('bounded'), `!${coversAll}`),
        `${this.of('hosts')}.filter(h, ${valid} && !${covered})`,
        EMPTY,
      ),
    };
  }

  /** The back ends, and what is wrong with them (VAL-5 to VAL-7): only of hosts with which nothing else is wrong. */
  backends(): Record<string, string> {
    const hosts = this.of('hosts');
    const repeated = this.of('repeatedHosts');
    const sound = all(
      `${HOST} != ""`,
      `!(r.host in ${this.of('invalidHosts')})`,
      `!(r.host in ${this.of('uncoveredHosts')})`,
    );
    const sameHost = `${this.of('soundRules')}.filter(o, o.host == r.host).map(o, o.lines).join("\\n")`;
    const lines = either(`r.host in ${repeated}`, sameHost, 'r.lines');
    const few = all(
      this.of('bounded'),
      `size(${hosts}) * size(${this.of('hostText')}) <= ${COMPARED.characters}`,
      `size(${repeated}) * (size(${this.of('rules')}) + ${this.of('pathCount')}) <= ${COMPARED.repeated}`,
    );
    const contradictory = 'c.roots.exists(p, p != c.roots[0])';
    const undecided = all('c.several', any('size(c.roots) == 0', contradictory));
    const chosen = either('c.several', 'c.roots[0]', 'c.paths[0]');
    const where = (condition: string): string => `${this.of('choices')}.filter(c, ${condition}).map(c, c.host)`;
    return {
      hostText: `"\\n" + ${hosts}.join("\\n\\n") + "\\n"`,
      // Two cuts leave three parts. No other way to count is as cheap.
      repeatedHosts: `${hosts}.filter(h, size(${this.of('hostText')}.split("\\n" + h + "\\n")) > 2)`,
      soundRules: either(
        few,
        `${this.of('rules')}.filter(r, ${sound}).map(r, {"host": dyn(r.host), "lines": dyn(${PATH_LINES})})`,
        EMPTY,
      ),
      hostPaths: `${this.of('soundRules')}.map(r, {"host": dyn(r.host), "paths": dyn(${lines}.split("\\n").filter(l, l != ""))})`,
      choices: `${this.of('hostPaths')}.map(c, {"host": dyn(c.host), "paths": dyn(c.paths), "several": dyn(c.paths.exists(p, p.substring(1) != c.paths[0].substring(1))), "roots": dyn(c.paths.filter(p, p.startsWith("/")))})`,
      undecidedHosts: where(undecided),
      hostsWithoutBackend: where('size(c.paths) == 0'),
      resourceHosts: where(
        all('size(c.paths) > 0', `!(${undecided})`, `${chosen}.substring(1).startsWith("resource ")`),
      ),
    };
  }
}

/** Returns the variables about one of the two objects, in their order. */
export function facts(object: Judged): Variable[] {
  const written = new Facts(object);
  const expressions = { ...written.annotations(), ...written.hosts(), ...written.backends() };
  return Object.entries(expressions).map(([name, expression]) => ({ name: variableName(object, name), expression }));
}
