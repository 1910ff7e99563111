/** The type of a variable's value. */
type Kind = 'text' | 'number' | 'boolean' | 'list';

/**
 * Variables that override fields of the file. Each setting that differs from cluster to cluster has one; settings that
 * are tuned once do not.
 */
export const VARIABLES: Readonly<Record<string, { readonly field: readonly [string, string?]; readonly kind: Kind }>> =
  {
    NSPASS_CLUSTER: { field: ['cluster'], kind: 'text' },
    NSPASS_BUS_NAME: { field: ['bus', 'name'], kind: 'text' },
    NSPASS_BUS_ENDPOINT: { field: ['bus', 'endpoint'], kind: 'text' },
    NSPASS_BUS_REGION: { field: ['bus', 'region'], kind: 'text' },
    NSPASS_OUTCOMES_QUEUE_URL: { field: ['outcomes', 'queueUrl'], kind: 'text' },
    NSPASS_OUTCOMES_ENDPOINT: { field: ['outcomes', 'endpoint'], kind: 'text' },
    NSPASS_KUBECONFIG: { field: ['kubernetes', 'kubeconfig'], kind: 'text' },
    NSPASS_TOKEN_FOLDER: { field: ['kubernetes', 'tokenFolder'], kind: 'text' },
    NSPASS_NODES: { field: ['kubernetes', 'nodes'], kind: 'boolean' },
    NSPASS_CLASS_NAMES: { field: ['ingress', 'classNames'], kind: 'list' },
    NSPASS_GATEWAY: { field: ['gateway', 'enabled'], kind: 'boolean' },
    NSPASS_GATEWAY_CONTROLLER: { field: ['gateway', 'controllerName'], kind: 'text' },
    NSPASS_REPORT_STATUS: { field: ['report', 'status'], kind: 'boolean' },
    NSPASS_REPORT_EVENTS: { field: ['report', 'events'], kind: 'boolean' },
    NSPASS_LEASE_NAME: { field: ['lease', 'name'], kind: 'text' },
    NSPASS_LEASE_NAMESPACE: { field: ['lease', 'namespace'], kind: 'text' },
    NSPASS_HTTP_HOST: { field: ['http', 'host'], kind: 'text' },
    NSPASS_HTTP_PORT: { field: ['http', 'port'], kind: 'number' },
    NSPASS_HTTP_ADMIN_PORT: { field: ['http', 'adminPort'], kind: 'number' },
    NSPASS_LOG_LEVEL: { field: ['log', 'level'], kind: 'text' },
  };

/** The variable that names the file; every other `NSPASS_` variable is in {@link VARIABLES}, or a mistake. */
export const CONFIG_FILE = 'NSPASS_CONFIG';

type Raw = Record<string, unknown>;

/**
 * Lays the environment over the fields of a file. A value of the wrong type is passed on as text, so that the schema
 * names its field.
 *
 * @returns the merged fields, and the unknown variables.
 */
export function overlay(file: unknown, env: NodeJS.ProcessEnv): { raw: unknown; unknown: readonly string[] } {
  const names = Object.keys(env).filter((name) => name.startsWith('NSPASS_') && name !== CONFIG_FILE);
  const unknown = names.filter((name) => !Object.hasOwn(VARIABLES, name));
  if (file !== undefined && !isObject(file)) return { raw: file, unknown };
  const raw: Raw = { ...file };
  for (const [name, { field, kind }] of Object.entries(VARIABLES)) {
    const text = env[name];
    if (text === undefined || text === '') continue;
    const [first, second] = field;
    const value = read(text, kind);
    if (second === undefined) raw[first] = value;
    else raw[first] = { ...(isObject(raw[first]) ? raw[first] : {}), [second]: value };
  }
  return { raw, unknown };
}

function isObject(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function read(text: string, kind: Kind): unknown {
  switch (kind) {
    case 'number':
      return /^\d{1,9}$/.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'list':
      return text.split(',').map((item) => item.trim());
    case 'text':
      return text;
  }
}
