import { ApplianceError } from '../errors.ts';
import type { LiveState } from '../node/live-state.ts';
import type { SimulatedNode } from '../node/node.ts';
import type { File } from '../store/files.ts';
import { applianceTime } from './appliance-time.ts';
import type { RowSource, ViewQuery } from './read.ts';

/** Folders that every appliance has, without a slash at their end. */
const FOLDERS: readonly string[] = [
  '/flash',
  '/nsconfig/license',
  '/nsconfig/monitors',
  '/nsconfig/ssh',
  '/nsconfig/ssl',
  '/tmp',
  '/var/log',
  '/var/netscaler',
  '/var/tmp',
];

const bare = (location: string): string => location.replace(/(?<!\/)\/+$/, '');

/** Returns the names of the folders in a folder: those of every appliance, and those with files. */
function foldersIn(location: string, live: LiveState): string[] {
  const prefix = `${bare(location)}/`;
  const all = [...FOLDERS, ...[...live.files.all()].map((file) => bare(file.location))];
  const inside = all.filter((folder) => folder.startsWith(prefix)).map((folder) => folder.slice(prefix.length));
  return [...new Set(inside.map((folder) => folder.split('/')[0]!))].sort();
}

interface Entry {
  readonly name: string;
  readonly location: string;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  readonly size: number;
  readonly mode: 'FILE' | 'DIRECTORY';
}

function rendered({ name, location, modified, size, mode }: Entry): Record<string, unknown> {
  return {
    filename: name,
    filelocation: bare(location),
    fileaccesstime: applianceTime(modified),
    filemodifiedtime: applianceTime(modified),
    filemode: [mode],
    filesize: String(size),
  };
}

const FOLDER_SIZE = 512;

/** Returns files and folders of a folder; a file named in the path or in `args` comes with its content. */
export function systemfile(query: ViewQuery, live: LiveState, node: SimulatedNode): { rows: Iterable<RowSource> } {
  const exact = (attribute: string): string | undefined =>
    query.args[attribute] ?? query.filter.find((term) => term.attribute === attribute)?.exact;
  const location = exact('filelocation');
  if (location === undefined) throw new ApplianceError(1095, 'filelocation');
  const named = query.name ?? query.args.filename;
  const saved: File = {
    name: 'ns.conf',
    location: '/nsconfig/',
    content: Buffer.from(node.savedConfig()),
    modified: node.startTime,
  };
  const files = bare(location) === '/nsconfig' ? [saved, ...live.files.list(location)] : live.files.list(location);
  const found = files.filter((file) => named === undefined || file.name === named);
  const folders = foldersIn(location, live).filter((name) => named === undefined || name === named);
  if (named !== undefined && found.length + folders.length === 0) throw new ApplianceError(258, ['filename', named]);
  const rows = found.map((file) => ({
    ...rendered({ ...file, size: file.content.length, mode: 'FILE' }),
    ...(named === undefined ? {} : { filecontent: file.content.toString('base64'), fileencoding: 'BASE64' }),
  }));
  const listed = folders.map((name) =>
    rendered({ name, location, modified: node.startTime, size: FOLDER_SIZE, mode: 'DIRECTORY' }),
  );
  return { rows: [...rows, ...listed].map((row) => ({ rendered: row })) };
}
