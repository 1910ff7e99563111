import { parseTriggerTime } from '../../contract/index.ts';

/** Set by the controller that writes EndpointSlices: when the first Pod or Service that it followed had changed. */
const TRIGGER_ANNOTATION = 'endpoints.kubernetes.io/last-change-trigger-time';

interface Annotated {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, unknown>> | null } | null;
}

/**
 * Returns the time at which the cluster observed what changed an EndpointSlice. It is read beside the object, which is kept
 * without it: only a change that waits needs it.
 *
 * @param raw as the API server sent it, unchecked.
 * @param now milliseconds since the epoch.
 */
export function sliceTriggerTime(raw: unknown, now: number): number | undefined {
  return parseTriggerTime((raw as Annotated | null)?.metadata?.annotations?.[TRIGGER_ANNOTATION], now);
}
