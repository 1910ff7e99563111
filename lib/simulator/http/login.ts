import { DEFAULT_PARTITION } from '../config/configuration.ts';
import { ApplianceError } from '../errors.ts';
import type { SimulatedNode } from '../node/node.ts';
import type { Session } from '../node/sessions.ts';
import { done, type NitroReply, type NitroRequest } from './exchange.ts';

/** The authenticated user of a request, and the partition. */
export interface Caller {
  readonly username: string;
  readonly session: Session | undefined;
  readonly partition: string;
}

function header(request: NitroRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join('; ') : value;
}

/** Returns the token of `Cookie`, or of a request header `Set-Cookie` that one of the vendor's clients sends. */
function token(request: NitroRequest): string | undefined {
  for (const name of ['cookie', 'set-cookie']) {
    for (const part of (header(request, name) ?? '').split(/;\s*/)) {
      const match = /^(?:NITRO_AUTH_TOKEN|SESSID|sessionid)=(.+)$/i.exec(part.trim());
      if (match === null || match[1] === 'deleted') continue;
      try {
        return decodeURIComponent(match[1]!.replace(/^"(.*)"$/, '$1'));
      } catch {
        return match[1];
      }
    }
  }
  return undefined;
}

function basic(request: NitroRequest): { username: string; password: string } | undefined {
  const match = /^Basic\s+(\S+)$/i.exec(header(request, 'authorization') ?? '');
  if (match === null) return undefined;
  const text = Buffer.from(match[1]!, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/**
 * @param sessionId token in the body
 * @throws {ApplianceError} 444, 354, 1244 or 1027
 */
export function authenticate(request: NitroRequest, sessionId: string | undefined, node: SimulatedNode): Caller {
  const given = token(request) ?? sessionId;
  const user = header(request, 'x-nitro-user');
  const { root } = node.configuration;
  if (given !== undefined) {
    const session = node.sessions.use(given);
    return { username: session.username, session, partition: session.partition };
  }
  const credentials =
    user === undefined ? basic(request) : { username: user, password: header(request, 'x-nitro-pass') ?? '' };
  if (credentials === undefined) throw new ApplianceError(1027);
  if (root.object('systemparameter', '')?.basicauth === 'DISABLED') throw new ApplianceError(1244);
  node.options.authority.check(credentials.username, credentials.password, root);
  return { username: credentials.username, session: undefined, partition: DEFAULT_PARTITION };
}

export function login(body: unknown, request: NitroRequest, node: SimulatedNode): NitroReply {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new ApplianceError(1234);
  const { username, password, timeout } = body as Record<string, unknown>;
  if (typeof username !== 'string' || typeof password !== 'string') throw new ApplianceError(278);
  const { root } = node.configuration;
  const { authority } = node.options;
  authority.check(username, password, root);
  const idle = authority.idleSeconds(timeout, root);
  const session = node.sessions.open(username, request.client, idle, authority.maxSessions(username, root));
  const cookie = `NITRO_AUTH_TOKEN=${encodeURIComponent(session.token)}; path=/nitro/v1`;
  return { ...done(201, { sessionid: session.token }), headers: { 'Set-Cookie': [cookie, 'SESSID=deleted; path=/'] } };
}

/** Ends the session that the body names, or else the session of the cookie. */
export function logout(
  body: unknown,
  sessionId: string | undefined,
  request: NitroRequest,
  node: SimulatedNode,
): NitroReply {
  const named = (body as { sessionid?: unknown } | null)?.sessionid;
  const given = typeof named === 'string' ? named : (sessionId ?? token(request));
  if (given === undefined) throw new ApplianceError(1027);
  if (!node.sessions.close(given)) throw new ApplianceError(444);
  return done(201);
}
