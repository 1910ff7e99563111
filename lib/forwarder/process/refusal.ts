import type * as z from 'zod/mini';
import { nearest } from '../../ingress/nearest.ts';
import { VARIABLES } from './environment.ts';

/** Form and example of each field that has a variable, for people who have not read the schema. */
const FORMS: Readonly<Record<string, { readonly needed: string; readonly example: string }>> = {
  cluster: {
    needed:
      'the name of the cluster as in appliances.yml is needed: lower-case letters, digits, - and ., 40 characters at most',
    example: 'prod-eu',
  },
  'bus.name': { needed: 'the name or ARN of the event bus is needed', example: 'nspass-prod' },
  'bus.endpoint': {
    needed: 'a URL with http:// or https://, and without user name and password, is needed',
    example: 'https://vpce-1.events.eu-central-1.vpce.amazonaws.com',
  },
  'bus.region': { needed: 'a region of AWS is needed', example: 'eu-central-1' },
  'outcomes.queueUrl': {
    needed: 'the URL of the queue of outcomes, without user name and password, is needed',
    example: 'https://sqs.eu-central-1.amazonaws.com/123456789012/nspass-prod-outcomes-prod-eu',
  },
  'outcomes.endpoint': {
    needed: 'a URL with http:// or https://, and without user name and password, is needed',
    example: 'https://sqs.eu-central-1.amazonaws.com',
  },
  'kubernetes.kubeconfig': { needed: 'the path of a kubeconfig is needed', example: '/home/me/.kube/config' },
  'kubernetes.tokenFolder': {
    needed: 'a folder with a token is needed',
    example: '/var/run/secrets/kubernetes.io/serviceaccount',
  },
  'kubernetes.nodes': { needed: 'true or false is needed', example: 'true' },
  'ingress.classNames': { needed: 'names with commas between them are needed', example: 'citrix,netscaler' },
  'gateway.enabled': { needed: 'true or false is needed', example: 'true' },
  'gateway.controllerName': {
    needed: 'a domain, a slash and a path are needed, 253 characters at most',
    example: 'netscaler-passthrough.io/gateway-controller',
  },
  'report.status': { needed: 'true or false is needed', example: 'true' },
  'report.events': { needed: 'true or false is needed', example: 'true' },
  'lease.name': {
    needed: 'lower-case letters, digits, - and . are needed, 253 characters at most',
    example: 'netscaler-passthrough',
  },
  'lease.namespace': { needed: 'the name of a namespace is needed', example: 'nspass' },
  'http.host': { needed: 'an address of this machine is needed', example: '0.0.0.0' },
  'http.port': { needed: 'a port from 0 to 65535 is needed', example: '8080' },
  'http.adminPort': { needed: 'a port from 0 to 65535 is needed', example: '8081' },
  'log.level': { needed: 'one of debug, info, warn and error is needed', example: 'info' },
};

const VARIABLE_OF = new Map(Object.entries(VARIABLES).map(([variable, { field }]) => [field.join('.'), variable]));

/** Characters of a value in a message. */
const LONGEST = 60;

/**
 * Returns one sentence for each missing or wrong field, with its variable, the required form and an example.
 *
 * @param raw the refused configuration.
 */
export function refusalText(error: z.core.$ZodError, raw: unknown): string {
  return error.issues.flatMap((issue) => sentences(issue, raw)).join('; ');
}

function sentences(issue: z.core.$ZodIssue, raw: unknown): string[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${[...path, ''].join('.')}${key} is not a field: remove it, or correct its name`);
  }
  const given = valueAt(raw, path);
  // `bus` is absent, and with it the only field of a section without a default.
  const field = path.join('.') === 'bus' && given === undefined ? 'bus.name' : path.join('.');
  const variable = VARIABLE_OF.get(field);
  const name = variable === undefined ? field : `${variable} (${field})`;
  const form = FORMS[field];
  const needed = form === undefined ? issue.message : `${form.needed}, such as ${form.example}`;
  if (field === '') return [`the configuration is not an object with fields`];
  return [given === undefined ? `${name} is not set: ${needed}` : `${name} is ${shown(given)}: ${needed}`];
}

function valueAt(raw: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
    raw,
  );
}

/** Returns a value as text, but not a URL that may hold credentials. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  if (text.includes('@')) return 'not acceptable';
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Returns a sentence for each unknown variable, with the one that was probably meant. */
export function unknownVariables(names: readonly string[]): string {
  return names
    .map((name) => {
      const meant = nearest(name, Object.keys(VARIABLES));
      return `${name} is not a variable of the forwarder${meant === undefined ? ': remove it' : `: did you mean ${meant}?`}`;
    })
    .join('; ');
}
