import {
  type Claim,
  decodeClaims,
  decodeLedger,
  decodeRetired,
  decodeSettings,
  encodeClaim,
  encodeIdentity,
  encodeIngress,
  encodeRetired,
  encodeSetting,
  encodeWatermark,
  type IngressRecord,
  type LedgerRow,
} from '../../../lib/ledger/index.ts';
import {
  backendOwnerKey,
  looksLikeBackendPolicy,
  parseMark,
  parseMembers,
  redirectPortOf,
  wildcardTierOf,
} from '../../../lib/netscaler/index.ts';
import { about, type FuzzTarget, hold, same } from '../target.ts';

const KEY = 'a'.repeat(26);

/** @throws where a number of a decoded row is none: a comparison with it would be false whatever it is. */
function numbersHold(value: unknown): void {
  if (typeof value === 'number') hold(Number.isSafeInteger(value), `a number that is none: ${value}`);
  if (typeof value === 'object' && value !== null) for (const field of Object.values(value)) numbersHold(field);
}

/** Encodes what was decoded, and decodes it again; rows with characters that are never written are left out. */
function again<T>(
  decoded: T,
  encode: (value: T) => LedgerRow,
  decode: (row: LedgerRow) => unknown,
  what: string,
): void {
  numbersHold(decoded);
  let row: LedgerRow;
  try {
    row = encode(decoded);
  } catch (error) {
    if ((error as Error).name === 'RowFieldError') return;
    throw error;
  }
  same(decode(row), decoded, what);
}

/** Returns a record with its front ends in the order in which they are written, and only if a row can name them. */
function sortedOnce(record: IngressRecord): IngressRecord {
  try {
    return [...decodeLedger([encodeIngress(record)]).ingresses.values()][0] ?? record;
  } catch {
    return record;
  }
}

/** Lines: key, value, comment. */
const ledgerRow: FuzzTarget = {
  name: 'ledger-row',
  parser: 'lib/ledger/ledger.ts#decodeLedger, claims.ts#decodeClaims, settings.ts#decodeSettings',
  maxBytes: 1_000,
  tokens: [
    ...[
      `I.${KEY}`,
      'W.22-zz',
      'U',
      `R.${KEY}-aaaaaaaa`,
      `#${KEY}.0000000000.${KEY}`,
      `=clttimeout.0000000000.${KEY}`,
      ';',
      '\n',
    ],
    ...[
      '1;100;LA;f;r;m;0;1;shop;192.0.2.10/443/80;;',
      '1;P;web;443;s;x;prod;shop;a.example',
      '1;R;443;;s;x;prod;shop',
      '1;L;;;;x;prod;shop',
      '*',
      '/',
    ],
  ],
  run(input) {
    const [key = '', value = '', comment = ''] = input.toString('utf8').split('\n');
    const row = { key, value, comment };
    const { ingresses, watermarks, retired, uid, acceptedAt } = decodeLedger([row]);
    const found: string[] = [];
    const note = (what: string): void => void found.push(what);
    for (const each of ingresses.values()) {
      note(`ingress ${each.kind} ${each.state} ${typeof each.frontends} ${typeof each.formerFrontends}`);
      again(sortedOnce(each), encodeIngress, (one) => [...decodeLedger([one]).ingresses.values()][0], 'record');
    }
    for (const each of watermarks) {
      note('watermark');
      again(each, encodeWatermark, (one) => decodeLedger([one]).watermarks[0], 'watermark');
    }
    for (const each of retired) {
      note('retired');
      again({ ...each, backend: each.backend }, encodeRetired, decodeRetired, 'retired');
    }
    if (uid !== undefined) {
      note('identity');
      const identity = { uid, ...(acceptedAt === undefined ? {} : { acceptedAt }) };
      again(
        identity,
        (one) => encodeIdentity(one, 'prod'),
        (one) => {
          const { uid: id, acceptedAt: at } = decodeLedger([one]);
          return { uid: id, ...(at === undefined ? {} : { acceptedAt: at }) };
        },
        'identity',
      );
    }
    for (const each of decodeClaims([row], '192.0.2.10_443')) {
      note(`claim ${Object.keys(each.target).length}`);
      const short = encodedWhole(each);
      if (short) again(each, encodeClaim, (one) => decodeClaims([one], '192.0.2.10_443')[0], 'claim');
    }
    for (const each of decodeSettings([row])) {
      note('setting');
      again(each, encodeSetting, (one) => decodeSettings([one])[0], 'setting');
    }
    return found.join(' ');
  },
};

/** Returns whether a claim's row has room for all of it: names of real clusters are short. */
const encodedWhole = (claim: Claim): boolean => JSON.stringify(claim).length < 250;

const names: FuzzTarget = {
  name: 'marks',
  parser: 'lib/netscaler/mark.ts#parseMark, names.ts, backend.ts#parseMembers',
  maxBytes: 600,
  tokens: [
    'nsp1;',
    's=nsp',
    ';c=prod',
    `;o=${KEY}`,
    ';n=shop/web',
    ';f=192.0.2.10_443_tls',
    '-redirect-443-',
    '-w',
    `-${'a'.repeat(16)}`,
    '10.0.0.1 443',
    '\n',
  ],
  run(input) {
    const text = input.toString('utf8');
    const mark = parseMark(text);
    numbersHold(mark);
    numbersHold(redirectPortOf(text));
    const members = parseMembers(text);
    return `${Object.keys(mark ?? {}).join(' ')} ${about(members.length)} ${wildcardTierOf(text)} ${looksLikeBackendPolicy('nsp', text)} ${backendOwnerKey(text) === undefined}`;
  },
};

export const LEDGER: readonly FuzzTarget[] = [ledgerRow, names];
