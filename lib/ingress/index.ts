export * from './annotations.ts';
export { type ApplianceFilter, appliesTo } from './applies.ts';
export { ATTRIBUTES, type AttributeType, OBJECTS, type ObjectName } from './attributes.ts';
export { type ServiceRef, serviceRefs } from './backendref.ts';
export { isReachedAtNodes, type ResolutionSettings, resolveBackends } from './backends.ts';
export * from './catalogue.ts';
export { SAME_BACK_END } from './conflicts.ts';
export { assumedClass, type Judged, type JudgeSettings, judge } from './files.ts';
export { type FindingDetail, finding } from './finding.ts';
export { foldHost, parseHost } from './host.ts';
export { IGNORED } from './ignored.ts';
export { type Interpretation, interpret, type Rules } from './interpret.ts';
export type * from './kubernetes.ts';
export { limitFindings, MOST_FINDINGS } from './limit.ts';
export {
  type Columns,
  inOrder,
  type LintedObject,
  type LintFinding,
  type LintResult,
  type LintSettings,
  lint,
  locate,
} from './lint.ts';
export { projectIngress } from './project.ts';
export { renderFindings } from './render.ts';
export { CONTROLLER, type Selection, type SelectionSettings, selectIngress, VENDOR_CLASS } from './selection.ts';
export type { AllowedAttributes } from './smart.ts';
export { objectView } from './view.ts';
