export { ApplianceModel } from './appliance-model.ts';
export { type DesiredEvent, type EventRef, eventRef } from './event-ref.ts';
export { Fold, type FoldedAppliance, type FoldStep } from './fold.ts';
export { type HostChange, hostChanges } from './host-changes.ts';
export type { HostLine } from './host-lines.ts';
export type { KnownObject } from './known-objects.ts';
export type { FrontendLine } from './open-frontends.ts';
export { type EventSpan, ReplayedEvents } from './replayed-events.ts';
