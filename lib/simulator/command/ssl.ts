import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { ApplianceError, warning } from '../errors.ts';
import { bindingId, type StoredRow } from '../store/store.ts';
import { warnFeature } from './checks.ts';
import type { Context, Hooks } from './context.ts';

const CERTKEY_BINDING = 'sslvserver_sslcertkey_binding';

function readCertificate(content: Buffer): X509Certificate {
  try {
    return new X509Certificate(content);
  } catch {
    throw new ApplianceError(278, 'cert');
  }
}

function readKey(content: Buffer, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: content, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    throw new ApplianceError(1537);
  }
}

/** Reads the files of a certificate-key pair: they must exist, belong together, and not be a second copy. */
function checkFiles(row: StoredRow, context: Context): StoredRow {
  const file = context.files.find(String(row.cert ?? ''));
  if (file === undefined) {
    if (context.loading) return row;
    throw new ApplianceError(1647);
  }
  const certificate = readCertificate(file.content);
  if (row.key !== undefined) {
    const keyFile = context.files.find(String(row.key));
    if (keyFile === undefined) throw new ApplianceError(1647);
    const key = readKey(keyFile.content, row.passplain as string | undefined);
    if (!certificate.checkPrivateKey(key)) throw new ApplianceError(1538);
  }
  for (const other of context.store.lookup('sslcertkey', '$fingerprint', certificate.fingerprint256)) {
    if (other.certkey !== row.certkey) throw new ApplianceError(273, ['certkeyName Contents', String(other.certkey)]);
  }
  return { ...row, $fingerprint: certificate.fingerprint256, $certificate: certificate.toString() };
}

/** Returns the domain of a certificate: its common name, or else its first alternative name. */
function domainOf(pem: unknown): string | undefined {
  if (pem === undefined) return undefined;
  const { subject, subjectAltName } = new X509Certificate(String(pem));
  const name = /^CN=(.*)$/m.exec(subject ?? '')?.[1] ?? /DNS:([^,\s]+)/.exec(subjectAltName ?? '')?.[1];
  return name?.toLowerCase();
}

function existing(row: StoredRow, context: Context): StoredRow {
  const name = String(row.certkey ?? '');
  const found = context.store.object('sslcertkey', name);
  if (found === undefined) throw new ApplianceError(1540, name);
  return found;
}

export const sslcertkey: Hooks = {
  complete(row, context) {
    if (row.cert === undefined && row.hsmkey === undefined) throw new ApplianceError(1095, 'cert');
    warnFeature(context, 'SSL');
    return checkFiles(row, context);
  },
  actions: {
    /** `?action=update`: replaces certificate and key under the same name and keeps the bindings. */
    change(row, context) {
      const before = existing(row, context);
      const { nodomaincheck, ...given } = row;
      const after = checkFiles({ ...before, ...given }, context);
      const [was, is] = [before.$certificate, after.$certificate].map(domainOf);
      if (nodomaincheck !== true && was !== undefined && was !== is) throw new ApplianceError(3585);
      context.store.put('sslcertkey', String(row.certkey), after);
    },
    link(row, context) {
      const before = existing(row, context);
      const target = String(row.linkcertkeyname ?? '');
      if (context.store.object('sslcertkey', target) === undefined) throw new ApplianceError(1540, target);
      if (target === row.certkey) throw new ApplianceError(1543);
      if (before.linkcertkeyname !== undefined) throw new ApplianceError(273);
      context.store.put('sslcertkey', String(row.certkey), { ...before, linkcertkeyname: target });
    },
    unlink(row, context) {
      const { linkcertkeyname, ...rest } = existing(row, context);
      if (linkcertkeyname === undefined) throw new ApplianceError(1545);
      context.store.put('sslcertkey', String(row.certkey), rest);
    },
    clear(row, context) {
      existing(row, context);
    },
  },
};

export const certkeyBinding: Hooks = {
  complete(row, context) {
    const complete = { snicert: false, ca: false, ...row };
    if (complete.snicert || complete.ca) return complete;
    const vserver = String(row.vservername);
    for (const other of [...context.store.bindings(CERTKEY_BINDING, vserver)]) {
      if (other.snicert === true || other.ca === true || other.certkeyname === row.certkeyname) continue;
      context.store.removeBinding(CERTKEY_BINDING, vserver, bindingId(CERTKEY_BINDING, other));
      context.warnings.push(warning(1546));
    }
    return complete;
  },
};

const FORWARD_TARGETS = new Set(['SSL', 'SSL_TCP', 'TCP', 'SSL_BRIDGE']);

export const sslaction: Hooks = {
  complete(row, context) {
    warnFeature(context, 'SSL');
    if (row.forward === undefined) return row;
    const name = String(row.forward);
    const target = context.store.object('lbvserver', name) ?? context.store.object('csvserver', name);
    if (target !== undefined && !FORWARD_TARGETS.has(String(target.servicetype))) throw new ApplianceError(478);
    return row;
  },
};

/** Refuses actions that need decrypted bytes: at the ClientHello only RESET, FORWARD and CA groups are allowed. */
function checkHelloAction(policy: StoredRow, vserver: string, context: Context): void {
  const name = String(policy.action ?? policy.reqaction ?? 'NOOP');
  if (name.toUpperCase() === 'RESET' || name.toUpperCase() === 'DROP') return;
  const action = context.store.object('sslaction', name);
  if (action?.forward === vserver) throw new ApplianceError(1600);
  if (action?.forward === undefined && action?.cacertgrpname === undefined) throw new ApplianceError(3096);
}

export const sslpolicyBinding: Hooks = {
  complete(row, context) {
    const complete: StoredRow = { type: 'REQUEST', gotopriorityexpression: 'END', ...row };
    const policy = context.store.object('sslpolicy', String(row.policyname));
    if (policy !== undefined && complete.type === 'CLIENTHELLO_REQ')
      checkHelloAction(policy, String(row.vservername), context);
    return complete;
  },
};

export const sslpolicy: Hooks = {
  complete(row, context) {
    if (row.action === undefined && row.reqaction === undefined) throw new ApplianceError(1095, 'action');
    warnFeature(context, 'SSL');
    return row;
  },
  changed(_before, after, context) {
    for (const { kind, row } of context.store.referrers('sslpolicy', String(after.name))) {
      if (kind === 'sslvserver_sslpolicy_binding' && row.type === 'CLIENTHELLO_REQ') {
        checkHelloAction(after, String(row.vservername), context);
      }
    }
    return after;
  },
};

const underProfile = (context: Context): boolean =>
  context.root.object('sslparameter', '')?.defaultprofile === 'ENABLED';

/** Refuses own settings of an SSL view while the default profile is on: the profile holds them (3740). */
const sslView = (key: string): Hooks => ({
  changed(_before, after, context) {
    const own = Object.keys(after).some((name) => name !== key && name !== 'sslprofile' && !name.startsWith('$'));
    if (underProfile(context) && own) throw new ApplianceError(3740);
    return after;
  },
});

export const sslvserver: Hooks = sslView('vservername');
export const sslservicegroup: Hooks = sslView('servicegroupname');

export const groupCertkeyBinding: Hooks = {
  complete: (row) => ({ snicert: false, ca: false, ...row }),
};

/**
 * Cipher groups that every appliance has, and single ciphers, which begin with their protocol. From memory, like 3621
 * (V).
 */
const CIPHER =
  /^(DEFAULT|DEFAULT_BACKEND|ALL|HIGH|MEDIUM|LOW|SECURE|FIPS|ECDHE|ECDSA|AES|AES-GCM|SHA2|kRSA|kEDH|EDH|RSA|DH|DSS|aRSA|aDSS|NULL|TLSv1|TLSv1\.2|TLSv1\.3|SSLv3|(SSL3|TLS1(\.[123])?)-[A-Za-z0-9-]+)$/;

export const cipherBinding: Hooks = {
  complete(row, context) {
    if (underProfile(context)) throw new ApplianceError(3740);
    if (!CIPHER.test(String(row.ciphername))) throw new ApplianceError(3621);
    return row;
  },
};
