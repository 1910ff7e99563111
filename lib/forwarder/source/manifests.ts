import { type Document, LineCounter } from 'yaml';
import {
  MAX_YAML_ALIASES,
  NodeFinder,
  unresolvedAlias,
  YamlRefused,
  yamlDocuments,
} from '../../config/yaml-documents.ts';
import { visible } from '../../contract/index.ts';
import type { GatewayObject } from '../../gateway/kubernetes.ts';
import type { K8sObject } from '../../ingress/kubernetes.ts';
import { describe, FieldReader, type Path } from './field-reader.ts';
import { readJson } from './json-text.ts';
import { isGatewayKind, isVersionOf, kindMeant, READ_VERSIONS, type ReadKind } from './known-kinds.ts';
import { type NotYamlJudge, notText, notYamlJudge, templateName } from './not-yaml.ts';
import { cut, invalidName } from './object-name.ts';
import { projectAny } from './projection.ts';
import type { SourceProblem } from './source.ts';
import { unreadHint } from './unread-hint.ts';

/** An object with the first line of its manifest. */
export interface LocatedObject<T = K8sObject> {
  readonly object: T;
  /** 1-based. */
  readonly line: number;
}

/** The content of one file of manifests. */
export interface Manifests {
  readonly objects: readonly LocatedObject[];
  /** Objects of the Gateway API, and those that its rules read. */
  readonly gatewayObjects: readonly LocatedObject<GatewayObject>[];
  readonly problems: readonly SourceProblem[];
  /** Whether part of it is not YAML: objects may be hidden there, and nothing counts as deleted (LIF-6). */
  readonly unreadable: boolean;
}

/** Returns the 1-based line of a field of one document. */
type LineOf = (path: Path) => number;

/** Depth of lists within lists. */
const MAX_LIST_DEPTH = 4;

/**
 * Reads one file of manifests: one or more documents of YAML or JSON, `List` kinds unfolded. Kinds that are not used
 * are skipped silently. It never throws.
 *
 * | in the file | result |
 * |---|---|
 * | a document that is not YAML, or unfolds without bound | a problem; the file is `unreadable` |
 * | a document without `apiVersion`, `kind` or a valid name | a problem, no object |
 * | a kind of ours in a version that is not read | a problem that names the version to write |
 * | a field of a wrong type | a problem; the object without the field, or with the text that it means |
 * | the same object twice | a problem that names both lines; the last object counts, as with `kubectl apply` |
 *
 * @param file the name of the file in problems.
 */
export function readManifests(text: string, file: string): Manifests {
  const reader = new Reader(file);
  reader.read(text);
  const problems = reader.problems.map((problem) => ({ ...problem, message: visible(problem.message) }));
  const { objects, gatewayObjects, unreadable } = reader;
  return { objects: [...objects.values()], gatewayObjects: [...gatewayObjects.values()], problems, unreadable };
}

/** Returns `Ingress default/web`, which names an object over kinds. */
export function objectId(object: { kind: ReadKind; metadata: { namespace: string; name: string } }): string {
  const { namespace, name } = object.metadata;
  return `${object.kind} ${namespace === '' ? name : `${namespace}/${name}`}`;
}

/** Returns the problem of an object that is defined twice, at the line that has no effect. */
export function duplicate(
  id: string,
  loser: { file: string; line: number },
  winner: { file: string; line: number },
): SourceProblem {
  return {
    ...loser,
    message: `${id} is also defined at ${winner.file}:${winner.line}, which takes precedence: this definition has no effect`,
  };
}

class Reader {
  readonly objects = new Map<string, LocatedObject>();
  readonly gatewayObjects = new Map<string, LocatedObject<GatewayObject>>();
  readonly problems: SourceProblem[] = [];
  unreadable = false;
  readonly #file: string;
  readonly #lines = new LineCounter();
  readonly #finder = new NodeFinder();

  constructor(file: string) {
    this.#file = file;
  }

  #problem(line: number, message: string): void {
    this.problems.push({ file: this.#file, line, message });
  }

  #hidden(line: number, message: string): void {
    this.unreadable = true;
    this.#problem(line, message);
  }

  #line(offset: number | undefined): number {
    return offset === undefined ? 1 : Math.max(1, this.#lines.linePos(offset).line);
  }

  read(text: string): void {
    const problem = notText(text);
    if (problem !== undefined) {
      this.#hidden(1, problem);
      return;
    }
    const json = readJson(text);
    if (json === undefined) this.#yaml(text);
    else if (json.twice !== undefined) {
      this.#hidden(json.twice.line, `is not valid JSON: the key ${cut(json.twice.key)} is repeated in one mapping`);
    } else this.#object((path) => json.lineOf(path), json.value, [], 0);
  }

  #yaml(text: string): void {
    let documents: readonly Document.Parsed[];
    try {
      documents = yamlDocuments(text, this.#lines, true);
    } catch (error) {
      if (!(error instanceof YamlRefused)) throw error;
      this.#hidden(this.#line(error.offset), error.message);
      return;
    }
    const judge = notYamlJudge(text);
    for (const document of documents) this.#document(document, judge);
  }

  #document(document: Document.Parsed, notYaml: NotYamlJudge): void {
    const [error] = document.errors;
    if (error !== undefined) {
      const line = this.#line(error.pos[0]);
      this.#hidden(line, notYaml(line, error.message));
      return;
    }
    if (document.contents === null) return;
    const start = document.contents.range[0];
    let value: unknown;
    try {
      value = document.toJS({ maxAliasCount: MAX_YAML_ALIASES });
    } catch (error) {
      const star = unresolvedAlias(document);
      if (star === undefined)
        this.#hidden(this.#line(start), `has aliases that cannot be resolved: ${(error as Error).message}`);
      else {
        this.#hidden(
          this.#line(star.range?.[0]),
          `is not valid YAML: ${cut(`*${star.source}`)} without quotes is a YAML alias that is not defined (put it in quotes)`,
        );
      }
      return;
    }
    if (value === null) return;
    this.#object((path) => this.#lineOf(document, path), value, [], 0);
  }

  /** Returns the line of a field, or of the nearest field around it that the text contains. */
  #lineOf(document: Document.Parsed, path: Path): number {
    for (let length = path.length; length > 0; length -= 1) {
      const range = this.#finder.valueAt(document, path.slice(0, length))?.range;
      if (range != null) return this.#line(range[0]);
    }
    return this.#line(document.contents?.range[0]);
  }

  #object(lineOf: LineOf, value: unknown, path: Path, depth: number): void {
    const line = lineOf(path);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#problem(line, `is not a Kubernetes object but ${describe(value)}`);
      return;
    }
    const top = new FieldReader(value, () => {});
    const kind = top.at('kind').value;
    const apiVersion = top.at('apiVersion').value;
    if (typeof kind !== 'string' || kind === '' || typeof apiVersion !== 'string' || apiVersion === '') {
      const missing = typeof kind !== 'string' || kind === '' ? 'kind' : 'apiVersion';
      this.#problem(line, `is not a Kubernetes object: it has no ${missing}`);
      return;
    }
    const items = top.at('items').value;
    if (kind.endsWith('List') && Array.isArray(items)) {
      if (depth === MAX_LIST_DEPTH) this.#problem(line, `lists are nested more than ${MAX_LIST_DEPTH} deep`);
      else
        for (const [index, item] of items.entries()) this.#object(lineOf, item, [...path, 'items', index], depth + 1);
      return;
    }
    if (!Object.hasOwn(READ_VERSIONS, kind)) {
      this.#other(kind, apiVersion, value, line);
      return;
    }
    this.#ours(lineOf, kind as ReadKind, apiVersion, value, path, line);
  }

  /** Handles a kind that is not read: most are skipped. */
  #other(kind: string, apiVersion: string, value: object, line: number): void {
    const meant = kindMeant(kind);
    if (meant !== undefined && isVersionOf(meant, apiVersion)) {
      this.#problem(line, `kind ${cut(kind)} does not exist: write ${meant}`);
      return;
    }
    const message = unreadHint(kind, apiVersion, value);
    if (message !== undefined) this.problems.push({ file: this.#file, line, message, hint: true });
  }

  #ours(lineOf: LineOf, kind: ReadKind, apiVersion: string, value: object, path: Path, line: number): void {
    if (!READ_VERSIONS[kind].includes(apiVersion)) {
      this.#otherVersion(kind, apiVersion, line);
      return;
    }
    const notes: SourceProblem[] = [];
    const note = (at: Path, message: string): void => {
      notes.push({ file: this.#file, line: lineOf([...path, ...at]), message });
    };
    const object = projectAny(kind, value, note);
    const invalid = invalidName(object);
    if (invalid !== undefined) {
      this.#problem(line, `${kind}: ${templateName(new FieldReader(value, () => {}).at('metadata').value) ?? invalid}`);
      return;
    }
    const id = objectId(object);
    for (const each of notes) this.problems.push({ ...each, message: `${id}: ${each.message}` });
    const earlier = this.objects.get(id) ?? this.gatewayObjects.get(id);
    if (earlier !== undefined) {
      const place = (at: number) => ({ file: this.#file, line: at });
      this.problems.push(duplicate(id, place(earlier.line), place(line)));
    }
    if (isGatewayObject(object)) this.gatewayObjects.set(id, { object, line });
    else this.objects.set(id, { object, line });
  }

  /** Handles a kind of ours in a version that is not read; that of the Gateway API may belong to another controller. */
  #otherVersion(kind: ReadKind, apiVersion: string, line: number): void {
    if (!isVersionOf(kind, apiVersion)) return;
    const message = `${kind} of apiVersion ${cut(apiVersion)} is not read: write it as ${READ_VERSIONS[kind][0]}`;
    if (!isGatewayKind(kind)) this.#problem(line, message);
    else if (kind === 'TLSRoute') this.problems.push({ file: this.#file, line, message, hint: true });
  }
}

function isGatewayObject(object: K8sObject | GatewayObject): object is GatewayObject {
  return isGatewayKind(object.kind);
}
