import { codeIn, objectsIn } from '../nitro/answer.ts';
import { NitroError, type NitroRow, type NitroSession } from '../nitro/index.ts';
import { isOwnName } from './names.ts';
import type { ProbeObject, VerificationSettings } from './settings.ts';
import type { Wire } from './wire.ts';

/** An answer of the appliance, refusals included. */
export interface ProbeAnswer {
  /** NITRO error code; 0 for success. */
  readonly code: number;
  readonly status: number;
  readonly body: NitroRow;
}

/** The user has asked to stop. */
export class VerificationStopped extends Error {
  override readonly name = 'VerificationStopped';
}

/** A call to NITRO. */
export interface ProbeCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/nitro/v1/config/`, encoded. */
  readonly path: string;
  readonly body?: unknown;
}

/** Attempts every row of a bulk call. */
const CONTINUE = { 'X-NITRO-ONERROR': 'continue' };

/** The calls of the probes over one session. */
export class ProbeTools {
  readonly settings: VerificationSettings;
  readonly wire: Wire;
  readonly #session: Pick<NitroSession, 'request'>;
  readonly #stopped: () => boolean;
  #declared: ReadonlySet<string> = new Set();
  /** Calls so far. */
  calls = 0;

  /** @param stopped tells whether no further call may be made, except to clean up. */
  constructor(
    session: Pick<NitroSession, 'request'>,
    settings: VerificationSettings,
    { wire, stopped }: { readonly wire: Wire; readonly stopped: () => boolean },
  ) {
    this.#session = session;
    this.settings = settings;
    this.wire = wire;
    this.#stopped = stopped;
  }

  /** Allows to make these objects, and no others. */
  declare(objects: readonly ProbeObject[]): void {
    this.#declared = new Set(objects.map(({ type, name }) => `${type} ${name}`));
  }

  /** @throws {VerificationStopped} when the user has asked to stop. */
  checkStopped(): void {
    if (this.#stopped()) throw new VerificationStopped('stopped');
  }

  /** @throws {VerificationStopped} @throws {NitroUnreachable} @throws {NitroError} of the session or a busy appliance */
  async call(call: ProbeCall): Promise<ProbeAnswer> {
    this.checkStopped();
    return this.#send(call, call.method === 'GET');
  }

  /**
   * Reads or removes although the user has asked to stop: to clean up. A removal whose answer was lost is repeated, because
   * its second answer, that nothing is there, says enough.
   */
  callAnyway(call: ProbeCall & { readonly method: 'GET' | 'DELETE' }): Promise<ProbeAnswer> {
    return this.#send(call, true);
  }

  async #send({ method, path, body }: ProbeCall, repeatable: boolean): Promise<ProbeAnswer> {
    this.calls += 1;
    try {
      const answer = await this.#session.request({
        what: `${method} ${path.split(/[/?]/)[0]}`,
        method,
        path: `config/${path}`,
        repeatable,
        ...(body === undefined ? {} : { body, headers: CONTINUE }),
      });
      return { code: codeIn(answer.body?.errorcode), status: answer.status, body: answer.body ?? {} };
    } catch (error) {
      if (!(error instanceof NitroError) || error.transient) throw error;
      return { code: error.code, status: error.status, body: {} };
    }
  }

  /** Reads rows. @returns undefined where the appliance refuses to answer. */
  async rows(type: string, path: string = type): Promise<NitroRow[] | undefined> {
    const { code, body } = await this.call({ method: 'GET', path });
    return code === 0 ? objectsIn(body[type], 'read') : undefined;
  }

  /** Makes an object. @throws {TypeError} for one that the probe does not declare: a fault of this program. */
  add(type: string, body: NitroRow): Promise<ProbeAnswer> {
    this.#checkDeclared(type, body);
    return this.call({ method: 'POST', path: type, body: { [type]: body } });
  }

  /** Makes objects of several types in one call. */
  addTogether(path: string, rows: Readonly<Record<string, readonly NitroRow[]>>): Promise<ProbeAnswer> {
    for (const [type, bodies] of Object.entries(rows)) for (const body of bodies) this.#checkDeclared(type, body);
    return this.call({ method: 'POST', path, body: rows });
  }

  /** Binds to an object of the probe. */
  bind(type: string, bodies: readonly NitroRow[] | NitroRow, method: 'POST' | 'PUT' = 'POST'): Promise<ProbeAnswer> {
    return this.call({ method, path: type, body: { [type]: bodies } });
  }

  set(type: string, body: NitroRow): Promise<ProbeAnswer> {
    return this.call({ method: 'PUT', path: type, body: { [type]: body } });
  }

  /** Gives an object of the probe another name, which only the probe gives, too. */
  rename(type: string, name: string, newname: string): Promise<ProbeAnswer> {
    if (![name, newname].every(isOwnName)) throw new TypeError(`${name} or ${newname} is not a name of the probe`);
    return this.call({ method: 'POST', path: `${type}?action=rename`, body: { [type]: { name, newname } } });
  }

  remove(type: string, name: string, args = ''): Promise<ProbeAnswer> {
    return this.call(removalOf(type, name, args));
  }

  #checkDeclared(type: string, body: NitroRow): void {
    const name = String(body.name ?? body.policyname ?? body.servicegroupname ?? body.certkey ?? body.filename);
    if (!isOwnName(name) || !this.#declared.has(`${type} ${name}`))
      throw new TypeError(`${type} ${name} is not an object that the probe declares`);
  }
}

/** Returns the call that removes an object. */
export function removalOf(type: string, name: string, args = ''): ProbeCall & { readonly method: 'DELETE' } {
  const encoded = encodeURIComponent(encodeURIComponent(name));
  return { method: 'DELETE', path: `${type}/${encoded}${args === '' ? '' : `?args=${args}`}` };
}
