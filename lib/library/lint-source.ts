import { readManifests } from '../forwarder/source/manifests.ts';
import type { SourceProblem } from '../forwarder/source/source.ts';
import { type LintedGatewayObject, nameOfKind } from '../gateway/index.ts';
import { CATALOGUE, type LintedObject, type LintFinding, type LocatedIn } from '../ingress/index.ts';
import { type Ignores, ignoresIn } from './lint-ignore.ts';
import { type FieldPosition, fieldPositions } from './lint-positions.ts';

/** Objects and problems that were read from files. */
export interface LintSources {
  readonly objects: readonly LintedObject[];
  /** Objects of the Gateway API, and those that its rules read. */
  readonly gatewayObjects: readonly LintedGatewayObject[];
  /** Findings about text that cannot be read, or that the API server would reject. */
  readonly problems: readonly LintFinding[];
  /** Codes that comments ignore, by file. */
  readonly ignores: ReadonlyMap<string, Ignores>;
}

/** Sources that are judged. */
export interface JudgedSources extends LintSources {
  /** Whether other objects may exist that were not read. */
  readonly partial: boolean;
  /** How much of the Gateway API's objects was read; as much as of all others where absent. */
  readonly gateways?: GatewaysExtent;
}

/** `whole`: all objects; `part`: others may exist; `unread`: the kinds were not read. */
export type GatewaysExtent = 'whole' | 'part' | 'unread';

/** Returns whether other objects of the Gateway API may exist that were not read. */
export const gatewaysArePartial = ({ gateways, partial }: Pick<JudgedSources, 'gateways' | 'partial'>): boolean =>
  gateways === undefined ? partial : gateways !== 'whole';

/** Matches `Ingress shop/web: …`, as messages of the manifest reader about an object begin. */
const ABOUT_OBJECT = /^([A-Z][A-Za-z]*) (?:([a-z0-9-]+)\/)?([a-z0-9.-]+): /;

/** Remedies for messages of the manifest reader that have exactly one. */
const CORRECTIONS = [
  { said: 'is a YAML alias that is not defined', remedy: 'Put the value in quotes; usually it is the host.' },
  { said: 'is a Helm template', remedy: 'Render it first: helm template . | nspass lint -' },
  { said: 'is written in UTF-16', remedy: 'Save the file in UTF-8.' },
  { said: 'is not text', remedy: 'Remove it from here: only manifests belong in this folder.' },
  { said: 'is incomplete JSON', remedy: 'Export the whole file again.' },
  { said: 'is not valid YAML', remedy: 'Correct the YAML there, or just before.' },
  { said: 'is repeated in one mapping', remedy: 'Keep one of the two.' },
  { said: 'is not a Kubernetes object', remedy: 'Remove it from here: only manifests belong in this folder.' },
  { said: '(put it in quotes)', remedy: 'Write the value in quotes.' },
  { said: '(put it in single quotes)', remedy: 'Write the value in single quotes.' },
  { said: '(put it under metadata.annotations)', remedy: 'Move it under metadata.annotations.' },
  { said: '(put it under metadata)', remedy: 'Move the annotations under metadata.' },
  { said: 'does not exist: write', remedy: 'Write the kind as the message says.' },
  { said: '(without quotes)', remedy: 'Write the number without quotes.' },
  { said: 'is not valid JSON', remedy: 'Correct the JSON there.' },
];

/** Match the text before and behind a text to write, in a message that has one. */
const BEFORE_QUOTED = /: expected text \(put it in ((?:single )?quotes): /;
const BEHIND_QUOTED = /\), got [a-z ]+$/;

/** Returns the remedy for a message of the reader, if there is a more exact one than that of the catalogue. */
function certainRemedy(message: string): string | undefined {
  const before = BEFORE_QUOTED.exec(message);
  const behind = BEHIND_QUOTED.exec(message);
  if (before !== null && behind !== null) {
    return `Write the value in ${before[1]}: ${message.slice(before.index + before[0].length, behind.index)}`;
  }
  return CORRECTIONS.find(({ said }) => message.includes(said))?.remedy;
}

/** Returns a problem of the reader as a finding. */
export function problemFinding({ file, line, message, hint }: SourceProblem): LintFinding {
  const [, kind = '', namespace = '', own = ''] = ABOUT_OBJECT.exec(message) ?? [];
  const name = own === '' ? '' : nameOfKind(kind, own);
  const { severity, remedy } = hint === true ? CATALOGUE.KindNotRead : CATALOGUE.ManifestInvalid;
  const code = hint === true ? 'KindNotRead' : 'ManifestInvalid';
  return { code, severity, namespace, name, file, line, message, remedy: certainRemedy(message) ?? remedy };
}

/** Reads one file of manifests. */
export function readSource(text: string, file: string): LintSources {
  const { objects, gatewayObjects, problems } = readManifests(text, file);
  // Most files have no finding, and need no line.
  let positions: ReturnType<typeof fieldPositions> | undefined;
  const positionOf = (line: number, path: string): FieldPosition => {
    positions ??= fieldPositions(text);
    return positions(line, path);
  };
  const located = <T>({ object, line }: { readonly object: T; readonly line: number }): LocatedIn<T> => ({
    object,
    file,
    lineOf: (path) => positionOf(line, path).line,
    columnsOf: (path) => positionOf(line, path).columns,
  });
  return {
    objects: objects.map(located),
    gatewayObjects: gatewayObjects.map(located),
    problems: problems.map(problemFinding),
    ignores: new Map([[file, ignoresIn(text)]]),
  };
}

/** Joins several sources, so that objects of one can refer to those of others. */
export function mergeSources(sources: readonly LintSources[]): LintSources {
  return {
    objects: sources.flatMap(({ objects }) => objects),
    gatewayObjects: sources.flatMap(({ gatewayObjects }) => gatewayObjects),
    problems: sources.flatMap(({ problems }) => problems),
    ignores: new Map(sources.flatMap(({ ignores }) => [...ignores])),
  };
}
