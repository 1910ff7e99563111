import { qualifiedName } from '../../contract/index.ts';
import {
  classStatus,
  type GatewayConfirmation,
  type GatewayCrd,
  type GatewaySettings,
  gatewayStatus,
  isOurClass,
  type JudgedRoute,
  judgeClass,
  rememberedConfirmation,
  routeStatus,
} from '../../gateway/index.ts';
import type { StatusOwner, StatusRef } from '../ports.ts';
import { type GatewayStore, tlsRouteName } from '../state/gateway-store.ts';
import { type AttachedRoutes, listenerName } from './attached-routes.ts';

export interface WantedStatusOptions {
  readonly gateways: GatewayStore;
  readonly settings: GatewaySettings;
  readonly attached: AttachedRoutes;
  /** @param name `namespace/name` of a Gateway. */
  readonly confirmation: (name: string) => GatewayConfirmation | undefined;
  /** Undefined where the CRDs may not be read. */
  readonly crds: () => readonly GatewayCrd[] | undefined;
}

/** Returns the listeners that take a route. */
export function listenersOf({ parents }: JudgedRoute): Set<string> {
  return new Set(
    parents.flatMap(({ gateway: { gateway }, listeners }) =>
      listeners.map(({ name }) => listenerName(qualifiedName(gateway.metadata), name)),
    ),
  );
}

/** Returns the statuses that objects should have (GW-13, GW-14), by the store as it is at each call. */
export class WantedStatus {
  readonly #options: WantedStatusOptions;

  constructor(options: WantedStatusOptions) {
    this.#options = options;
  }

  /**
   * @param current status, unchecked.
   * @param now RFC 3339, in seconds.
   * @returns undefined where the status is right, or the object is gone or not ours.
   */
  of({ kind, namespace, name }: StatusRef, current: unknown, now: string): object | undefined {
    const { gateways, settings, attached, confirmation, crds } = this.#options;
    const key = `${namespace}/${name}`;
    switch (kind) {
      case 'GatewayClass': {
        const found = gateways.gatewayClass(name);
        if (found === undefined || !isOurClass(found, settings)) return undefined;
        return classStatus(judgeClass(found), crds(), current, now);
      }
      case 'Gateway': {
        const judged = gateways.judgedGateway(key);
        if (judged === undefined) return undefined;
        const confirmed = confirmation(key) ?? rememberedConfirmation(current);
        return gatewayStatus(
          judged,
          (listener) => attached.count(listenerName(key, listener.name)),
          confirmed,
          current,
          now,
        );
      }
      case 'TLSRoute': {
        const judged = gateways.judge(tlsRouteName({ namespace, name }));
        return judged && routeStatus(judged, settings, current, now);
      }
    }
  }

  /** Like {@link of}, for the object as the API server has it: undefined also where it is not the one that is known. */
  ofObject(ref: StatusRef, { uid, generation, status }: StatusOwner, now: string): object | undefined {
    const { metadata } = this.#object(ref) ?? {};
    if (metadata === undefined || metadata.uid !== uid || metadata.generation !== generation) return undefined;
    return this.of(ref, status, now);
  }

  #object({ kind, namespace, name }: StatusRef) {
    const { gateways } = this.#options;
    if (kind === 'GatewayClass') return gateways.gatewayClass(name);
    if (kind === 'Gateway') return gateways.gateway(namespace, name);
    return gateways.judge(tlsRouteName({ namespace, name }))?.route;
  }
}
