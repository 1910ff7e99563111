import type { IngressState } from '../../contract/index.ts';
import type { Failure } from '../../nitro/index.ts';
import { render } from '../../plan/index.ts';

/**
 * Says why an Ingress failed, in the words of whoever reads it on the Ingress: the cause first, then the command and the
 * appliance's answer.
 *
 * @param state as the event brought it; undefined where the Ingress is withdrawn.
 */
export function engineFailureText(failure: Failure, state: IngressState | undefined): string {
  const { change, error } = failure;
  if (change === undefined) {
    return `the appliance does not take a record of this Ingress, without which it is not changed: ${error.message}`;
  }
  const answer = `${render(change)}: ${error.message}`;
  const missing = missingObject(failure, state?.annotations ?? {});
  return missing === undefined ? answer : `${missing}. The appliance says: ${answer}`;
}

/**
 * An object of the operator's that an annotation names and that the appliance does not have. The appliance quotes the
 * name in brackets: `258 No such resource [proxy-v2]`.
 */
function missingObject({ change, error }: Failure, annotations: IngressState['annotations']): string | undefined {
  if (change === undefined || error.kind !== 'gone') return undefined;
  for (const [attribute, value] of Object.entries(change.resource.attributes)) {
    if (!error.message.includes(`[${value}]`)) continue;
    const by = Object.keys(annotations).find((name) => annotations[name]?.includes(String(value)));
    if (by !== undefined) {
      return `the ${attribute} "${value}" that the annotation ${by} names is not on the appliance: create it there, or correct the annotation`;
    }
  }
  return undefined;
}
