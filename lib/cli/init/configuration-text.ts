import { isDeepStrictEqual } from 'node:util';
import { Document, isScalar, isSeq, type Node, parseDocument, type ToStringOptions, visit, type YAMLSeq } from 'yaml';
import type { ApplianceEntry, EntryField } from './entry.ts';

const HEADER = ` Lists the appliances, and limits what may be programmed on each.
 docs/configuration.md describes every field.`;

/** Fields in the order of the example. */
const ORDER: readonly EntryField[] = [
  'name',
  'clusters',
  'namespaces',
  'endpoints',
  'console',
  'credentials',
  'tls',
  'defaultVip',
  'frontendIPs',
  'memberNetworks',
  'hostOwnership',
  'systemId',
];

const FORM: ToStringOptions = { lineWidth: 0, flowCollectionPadding: false };

/** Returns a new `appliances.yml` with one appliance. */
export function newConfiguration(entry: ApplianceEntry): string {
  const document = new Document({ appliances: [] });
  document.commentBefore = HEADER;
  addEntry(document, entry);
  return document.toString(FORM);
}

/**
 * Returns an `appliances.yml` with one more appliance. The text before it stays as it is, character by character. Only where
 * the list is not a block at the end of the file, the library writes the file anew: then comments stay, and white space changes.
 *
 * @param text a file that the loader takes.
 */
export function extendedConfiguration(text: string, entry: ApplianceEntry): string {
  const before: unknown = parseDocument(text).toJS();
  const appended = appendedText(text, entry);
  if (appended !== undefined && isExtended(appended, before, entry)) return appended;
  const document = parseDocument(text);
  addEntry(document, entry);
  return document.toString(FORM);
}

/** Returns whether a text means the appliances of another, and the entry after them. */
function isExtended(text: string, before: unknown, entry: ApplianceEntry): boolean {
  const document = parseDocument(text);
  if (document.errors.length > 0) return false;
  const { appliances } = before as { appliances: unknown[] };
  return isDeepStrictEqual(document.toJS(), { appliances: [...appliances, ordered(entry)] });
}

/** Returns the text with the entry behind it, indented as the list is; undefined if the list is not a block. */
function appendedText(text: string, entry: ApplianceEntry): string | undefined {
  const list = parseDocument(text).get('appliances');
  if (!isSeq(list) || list.flow === true || !list.range) return undefined;
  const [start] = list.range;
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1));
  const lines = new Document([entryNode(new Document(), entry)]).toString(FORM).replaceAll(/^(?=.)/gm, indent);
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  return `${text}${text.endsWith('\n') ? '' : end}${end}${lines.replaceAll('\n', end)}`;
}

function ordered(entry: ApplianceEntry): Partial<ApplianceEntry> {
  return Object.fromEntries(ORDER.flatMap((field) => (entry[field] === undefined ? [] : [[field, entry[field]]])));
}

/** Adds an entry to the list of appliances. */
function addEntry(document: Document, entry: ApplianceEntry): void {
  const appliances = document.get('appliances') as YAMLSeq;
  if (appliances.items.length === 0) appliances.flow = false;
  appliances.add(entryNode(document, entry));
}

/** Returns an entry with each list of words on one line. */
function entryNode(document: Document, entry: ApplianceEntry): Node {
  const node = document.createNode(ordered(entry));
  visit(node, {
    Seq: (_key, list) => {
      if (list.items.every(isScalar)) list.flow = true;
    },
  });
  return node;
}
