import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** One request to the appliance as it was sent, and how it was answered. */
export interface RecordedCall {
  readonly method: string;
  /** Path with query, from the root. */
  readonly url: string;
  /** Text of the body; empty without one. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
}

/** `session`: log in, log out, and what a client asks once for each session. */
export type CallKind = 'read' | 'write' | 'session';

export function kindOf({ method, url }: Pick<RecordedCall, 'method' | 'url'>): CallKind {
  if (/\/config\/log(in|out)\b/.test(url)) return 'session';
  return method === 'GET' || /\/batchapi\?(?:.*&)?action=get\b/i.test(url) ? 'read' : 'write';
}

/** Reads a recording: one call a line. */
export async function readCalls(file: string): Promise<RecordedCall[]> {
  const calls: RecordedCall[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    calls.push(JSON.parse(line) as RecordedCall);
  }
  return calls;
}

/** Types of a call whose rows name what they belong to, and hold a list of their own. */
const MEMBER_LIST = 'servicegroup_servicegroupmemberlist_binding';
const MEMBER = 'servicegroup_servicegroupmember_binding';

/**
 * Returns the call as one for each object and binding, as a client does that knows no bulk calls. The list of members of
 * a group becomes one binding for each member.
 */
export function oneForEach(call: RecordedCall): RecordedCall[] {
  const body: unknown = call.body === '' ? undefined : JSON.parse(call.body);
  if (call.method === 'DELETE' || typeof body !== 'object' || body === null) return [call];
  const [root = ''] = call.url.split('/config/');
  const [, query = ''] = call.url.split('?');
  return Object.entries(body).flatMap(([type, rows]) => {
    const items: Record<string, unknown>[] = Array.isArray(rows) ? rows : [rows];
    const single = (name: string, item: unknown, method = call.method): RecordedCall => {
      const macro = /\/macroapi\b/.test(call.url);
      const url = `${root}/config/${name}${query === '' || macro ? '' : `?${query}`}`;
      return { ...call, method, url, body: JSON.stringify({ [name]: item }), status: 0 };
    };
    if (type !== MEMBER_LIST) return items.map((item) => single(type, item));
    return items.flatMap(({ servicegroupname, members = [] }) =>
      (members as object[]).map((member) => single(MEMBER, { servicegroupname, ...member })),
    );
  });
}
