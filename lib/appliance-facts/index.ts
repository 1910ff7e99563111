export {
  type ApplianceBehaviour,
  expectedBehaviour,
  FACT_IDS,
  type FactId,
  factOf,
} from './catalogue.ts';
export { type FactValue, isValueOf, valueText } from './fact.ts';
export {
  type ApplianceIdentity,
  behaviourIn,
  type FactReport,
  needsText,
  ReportInvalid,
  reportOf,
  UNKNOWN,
  unexpected,
  unknownFacts,
} from './report.ts';
export { checkSeal, type SealCheck, type SealedReport, seal } from './seal.ts';
