import type { NitroSession } from '../nitro/index.ts';

/** Renames a csvserver: it keeps its address, what is bound to it, and its connections (V). @throws {NitroError} */
export async function renameServer(calls: Pick<NitroSession, 'request'>, name: string, newname: string): Promise<void> {
  await calls.request({
    what: 'rename csvserver',
    method: 'POST',
    path: 'config/csvserver?action=rename',
    body: { csvserver: { name, newname } },
    repeatable: false,
  });
}
