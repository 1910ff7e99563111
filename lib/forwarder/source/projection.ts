import type { Note } from './field-reader.ts';
import { projectGatewayObject } from './gateway-projection.ts';
import { isGatewayKind, type ReadKind } from './known-kinds.ts';
import { projectObject } from './kubernetes-projection.ts';
import type { SourceObject } from './source.ts';

/**
 * Projects one object of any kind that is read. It never throws; a missing name becomes an empty one.
 *
 * @param note takes problems with fields of a wrong type, with their path within `raw`.
 */
export function projectAny(kind: ReadKind, raw: unknown, note: Note): SourceObject {
  return isGatewayKind(kind) ? projectGatewayObject(kind, raw, note) : projectObject(kind, raw, note);
}
