import { decodeLedger, type Ledger } from '../../lib/ledger/index.ts';

/** The ledger of a cluster that is new to an appliance. */
export const EMPTY_LEDGER: Ledger = decodeLedger([]);
