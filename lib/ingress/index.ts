export {
  ANNOTATIONS,
  type AnnotationName,
  annotationKeys,
  annotationPath,
  CLASS_ANNOTATION,
  PREFIX,
} from './annotations.ts';
export { type ApplianceFilter, appliesTo } from './applies.ts';
export { ATTRIBUTES, type AttributeType, OBJECTS } from './attributes.ts';
export { serviceRefs } from './backend-ref.ts';
export { isReachedAtNodes, type ResolutionSettings, resolveBackends } from './backends.ts';
export { CATALOGUE, FINDING_CODES, type FindingCode } from './catalogue/index.ts';
export { SAME_BACKEND } from './conflicts.ts';
export { finding } from './finding.ts';
export { HOST_SYNTAX, parseHost } from './host.ts';
export { IGNORED } from './ignored.ts';
export { projectIngress } from './ingress-state.ts';
export { type Interpretation, type InterpretRules, interpret } from './interpret.ts';
export { assumedClass, type JudgedIngress, type JudgeSettings, judge, unselectedReason } from './judge.ts';
export type {
  K8sEndpointSlice,
  K8sIngress,
  K8sIngressClass,
  K8sKind,
  K8sNode,
  K8sObject,
  K8sService,
} from './kubernetes.ts';
export { SERVICE_NAME_LABEL } from './kubernetes.ts';
export { limitFindings, MOST_FINDINGS } from './limit.ts';
export {
  type Columns,
  inOrder,
  type LintedObject,
  type LintSettings,
  type LocatedIn,
  lint,
  locate,
} from './lint.ts';
export type { LintFinding } from './lint-finding.ts';
export { otherMembers, withOtherMembers } from './other-members.ts';
export { LINT_IGNORE, OWN_ANNOTATIONS, OWN_PREFIX, type OwnAnnotationName } from './own-annotations.ts';
export { renderFindings } from './render.ts';
export { CONTROLLER, type Selection, type SelectionSettings, selectIngress, VENDOR_CLASS } from './selection.ts';
export { isSolver, takesSolvers, withSolvers } from './solver-ingress.ts';
export { selectStates, stateIngresses } from './states.ts';
export { BOOLEAN, FRONTEND_ADDRESS, PORT, TERMINATION, type ValueKind } from './value-kind.ts';
export { objectView, servicesWithSlices } from './view.ts';
