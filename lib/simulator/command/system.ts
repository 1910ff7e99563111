import { createHash } from 'node:crypto';
import { ApplianceError } from '../errors.ts';
import { notFound } from '../schema/not-found.ts';
import type { StoredRow } from '../store/store.ts';
import { applyAcls, clearAcls, renumberAcls } from './acls.ts';
import type { CommandOutcome } from './command.ts';
import type { Context } from './context.ts';

type Special = (row: StoredRow, context: Context) => CommandOutcome | undefined;

/** Maps the long names of features in the schema to the short ones. The pairs are from memory (V). */
const featureNames: Readonly<Record<string, string>> = {
  loadbalancing: 'LB',
  contentswitching: 'CS',
  ssloffload: 'SSL',
  ssloffloading: 'SSL',
  globalserverloadbalancing: 'GSLB',
  ipv6protocoltranslation: 'IPv6PT',
  applicationfirewall: 'AppFw',
  integratedcaching: 'IC',
  compressioncontrol: 'CMP',
  cacheredirection: 'CR',
  weblogging: 'WL',
};

/** Features that the simulated licence contains: names of the schema, chosen here. */
export const LICENSED: ReadonlySet<string> = new Set([
  'LB',
  'CS',
  'SSL',
  'RESPONDER',
  'REWRITE',
  'GSLB',
  'CMP',
  'IPv6PT',
  'AppFlow',
  'WL',
  'SP',
  'CF',
  'CH',
  'AAA',
  'SSLVPN',
  'RISE',
  'BGP',
  'OSPF',
  'RIP',
  'ISIS',
  'Rep',
  'push',
  'IC',
  'AppFw',
  'CR',
]);

function canonicalFeature(name: string): string {
  return featureNames[name.toLowerCase()] ?? name;
}

function features(row: StoredRow, context: Context, change: (set: Set<string>, name: string) => void): undefined {
  const given = row.feature;
  if (!Array.isArray(given) || given.length === 0) throw new ApplianceError(1095, 'feature');
  const names = given.map((name) => canonicalFeature(String(name)));
  const unlicensed = names.filter((name) => !LICENSED.has(name));
  if (unlicensed.length > 0) throw new ApplianceError(356, unlicensed.join(', '));
  const set = new Set((context.root.object('nsfeature', '')?.feature as string[] | undefined) ?? []);
  for (const name of names) change(set, name);
  context.root.put('nsfeature', '', { feature: [...set] });
}

function modes(row: StoredRow, context: Context, change: (set: Set<string>, name: string) => void): undefined {
  const given = row.mode;
  if (!Array.isArray(given) || given.length === 0) throw new ApplianceError(1095, 'mode');
  const set = new Set((context.root.object('nsmode', '')?.mode as string[] | undefined) ?? []);
  for (const name of given) change(set, String(name));
  context.root.put('nsmode', '', { mode: [...set] });
}

/** Returns the digest of a password: only digests are kept and saved. */
export function passwordDigest(username: string, password: string): string {
  return createHash('sha256').update(`${username}\u0000${password}`).digest('hex');
}

const MAX_FILE_BYTES = 2 * 1024 * 1024;

function fileOf(row: StoredRow): { name: string; location: string } {
  const name = String(row.filename ?? '');
  const location = String(row.filelocation ?? '');
  if (name === '') throw new ApplianceError(1095, 'filename');
  if (location === '') throw new ApplianceError(1095, 'filelocation');
  const unsafe = name.includes('/') || name.includes('\u0000') || location.split('/').includes('..');
  if (unsafe || !/^\/(nsconfig|var|tmp|flash)(\/|$)/.test(location)) throw new ApplianceError(1074, 'filelocation');
  return { name, location };
}

/** Commands on the appliance as a whole, which is not a table of objects. */
export const system: Readonly<Record<string, Readonly<Record<string, Special>>>> = {
  nsfeature: {
    enable: (row, context) => features(row, context, (set, name) => void set.add(name)),
    disable: (row, context) => features(row, context, (set, name) => void set.delete(name)),
  },
  nsmode: {
    enable: (row, context) => modes(row, context, (set, name) => void set.add(name)),
    disable: (row, context) => modes(row, context, (set, name) => void set.delete(name)),
  },
  hanode: {
    delete(row, context) {
      const id = String(row.id ?? '');
      if (id === '0') throw new ApplianceError(257);
      if (context.root.object('hanode', id) === undefined) throw new ApplianceError(258, ['id', id]);
      context.root.remove('hanode', id);
      return undefined;
    },
  },
  nsacls: {
    apply: (_row, context) => applyAcls(context),
    clear: (_row, context) => clearAcls(context),
    renumber: (_row, context) => renumberAcls(context),
  },
  systemfile: {
    add(row, { files, now }) {
      const { name, location } = fileOf(row);
      if (typeof row.filecontent !== 'string') throw new ApplianceError(1095, 'filecontent');
      if (String(row.fileencoding ?? 'BASE64').toUpperCase() !== 'BASE64')
        throw new ApplianceError(1097, String(row.fileencoding));
      if (!/^[A-Za-z0-9+/\s]*(?:={1,2}\s*)?$/.test(row.filecontent)) throw new ApplianceError(278, 'filecontent');
      const content = Buffer.from(row.filecontent, 'base64');
      if (content.length > MAX_FILE_BYTES) throw new ApplianceError(1106, ['filecontent', String(MAX_FILE_BYTES)]);
      if (files.get(location, name) !== undefined) throw new ApplianceError(1642);
      files.put(location, name, content, now());
      return undefined;
    },
    delete(row, { files }) {
      const { name, location } = fileOf(row);
      if (!files.remove(location, name)) throw new ApplianceError(258, ['filename', name]);
      return undefined;
    },
  },
  systemuser: {
    add(row, context) {
      const name = String(row.username ?? '');
      if (name === '') throw new ApplianceError(1095, 'username');
      if (row.password === undefined) throw new ApplianceError(1095, 'password');
      if (context.root.object('systemuser', name) !== undefined) throw new ApplianceError(273, ['username', name]);
      context.root.put('systemuser', name, { ...row, password: passwordDigest(name, String(row.password)) });
      return undefined;
    },
    update(row, context) {
      const name = String(row.username ?? '');
      const before = context.root.object('systemuser', name);
      if (before === undefined) throw notFound('systemuser', name);
      const password = row.password === undefined ? {} : { password: passwordDigest(name, String(row.password)) };
      context.root.put('systemuser', name, { ...before, ...row, ...password });
      return undefined;
    },
  },
};
