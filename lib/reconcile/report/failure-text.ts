import { isIngress, type SourceKind, type SourceState } from '../../contract/index.ts';
import type { Failure } from '../../nitro/index.ts';
import { render } from '../../plan/index.ts';

/**
 * Returns why an Ingress failed, for the person who reads it on the Ingress: the cause first, then the command and the
 * appliance's answer.
 *
 * @param state of the object in the event; undefined for a withdrawal.
 */
export function engineFailureText(
  failure: Failure,
  state: SourceState | undefined,
  kind: SourceKind = 'Ingress',
): string {
  const { change, error } = failure;
  if (change === undefined) {
    return `the appliance refused a record of this ${kind}, so it is unfinished: ${error.message}`;
  }
  const answer = `${render(change)}: ${error.message}`;
  const missing = missingObject(failure, state !== undefined && isIngress(state) ? state.annotations : {});
  return missing === undefined ? answer : `${missing}. The appliance says: ${answer}`;
}

/**
 * Returns the cause when an annotation names an object of the operator that the appliance does not have. The appliance
 * quotes the name in brackets: `258 No such resource [proxy-v2]`.
 */
function missingObject({ change, error }: Failure, annotations: Readonly<Record<string, string>>): string | undefined {
  if (change === undefined || error.kind !== 'gone') return undefined;
  for (const [attribute, value] of Object.entries(change.resource.attributes)) {
    if (!error.message.includes(`[${value}]`)) continue;
    const by = Object.keys(annotations).find((name) => annotations[name]?.includes(String(value)));
    if (by !== undefined) {
      return `the ${attribute} "${value}" that the annotation ${by} names does not exist on the appliance: create it there, or correct the annotation`;
    }
  }
  return undefined;
}
