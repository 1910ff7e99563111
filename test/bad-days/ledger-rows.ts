/** A row of the ledger, as docs/protocol.md describes it. */
export interface LedgerRow {
  readonly kind: 'live' | 'pending' | 'tombstone' | 'watermark' | 'retired' | 'identity';
  /** Name of the map: one for each cluster. */
  readonly map: string;
  /** Key of an Ingress, or a range; empty for other rows. */
  readonly key: string;
  /** 0 for rows without one. */
  readonly sequence: number;
  /** Seconds since the epoch at which a retired back end may go; 0 for other rows. */
  readonly due: number;
}

/** First field of every row of this layout. */
const VERSION = '1';

const ROW = /^bind policy stringmap (nsp_l_\S+) "?([A-Z])(?:\.([^\s"]*))?"? "?([^\s"]*)"?/;

/**
 * Reads a line of the running configuration.
 *
 * @returns nothing for a line that is not a row of the ledger, or a record that nobody can read: it counts as absent and is
 *   left alone (docs/protocol.md, *The ledger*).
 */
export function readRecord(line: string): LedgerRow[] {
  const [, map = '', type, key = '', value = ''] = ROW.exec(line) ?? [];
  const fields = value.split(';');
  const sequence = Number(fields[1] ?? 0);
  switch (type) {
    case 'I':
      if (fields[0] !== VERSION) return [];
      return [{ kind: stateOf(fields[2] ?? ''), map, key, sequence, due: 0 }];
    case 'W':
      return [{ kind: 'watermark', map, key, sequence, due: 0 }];
    case 'R':
      return [{ kind: 'retired', map, key, sequence: 0, due: sequence }];
    case 'U':
      return [{ kind: 'identity', map, key, sequence: 0, due: 0 }];
    default:
      return [];
  }
}

/** @param flags live or tombstone, then applied or pending. */
function stateOf(flags: string): LedgerRow['kind'] {
  if (flags.endsWith('P')) return 'pending';
  return flags.startsWith('D') ? 'tombstone' : 'live';
}
