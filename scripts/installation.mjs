// Words about an installation: how far it is, and why it failed. Pure, and plain JavaScript: it runs before anything is
// installed.

/**
 * Folders that the lockfile puts on a machine: binaries of other platforms are left out.
 *
 * @param libc glibc or musl; undefined where the system has neither.
 */
export function foldersOf(lockfile, platform, cpu, libc) {
  const fits = (wanted, mine) => wanted === undefined || wanted.includes(mine);
  return Object.entries(lockfile.packages ?? {})
    .filter(
      ([folder, { os, cpu: cpus, libc: libcs }]) =>
        folder !== '' && fits(os, platform) && fits(cpus, cpu) && (libc === undefined || fits(libcs, libc)),
    )
    .map(([folder]) => folder);
}

/** One line of progress. */
export function progressText(there, all, seconds) {
  const what = there === 0 ? 'packages are being fetched' : `${Math.min(there, all)} of ${all} packages are there`;
  return `  ${what}, ${seconds} s so far`;
}

const NETWORK = {
  ENOTFOUND: 'its host name is not known to the name servers',
  EAI_AGAIN: 'the name servers do not answer',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  FETCH_ERROR: 'it does not answer',
  ERR_SOCKET_TIMEOUT: 'it does not answer',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted here (cafile of .npmrc, or NODE_EXTRA_CA_CERTS)',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted here (cafile of .npmrc, or NODE_EXTRA_CA_CERTS)',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not trusted here (cafile of .npmrc, or NODE_EXTRA_CA_CERTS)',
  CERT_HAS_EXPIRED: 'its certificate has expired',
};

/** Code of an error that npm printed. */
function codeOf(stderr) {
  return /^npm (?:error|ERR!) code (\S+)$/m.exec(stderr)?.[1];
}

/**
 * Says why the registry cannot be reached.
 *
 * @param stderr of `npm ping`.
 * @returns undefined where it answered, be it with a refusal: not every registry knows the ping.
 */
export function unreachable(stderr, registry) {
  // npm tells a failed fetch by the error's class; the system's own code stands behind it.
  const inner = Object.keys(NETWORK).find((code) => new RegExp(`\\b${code}\\b`).test(stderr) && code !== 'FETCH_ERROR');
  const code = codeOf(stderr);
  const known = inner ?? (code !== undefined && Object.hasOwn(NETWORK, code) ? code : undefined);
  if (known === undefined) return undefined;
  return `The npm registry ${withoutCredentials(registry)} cannot be reached: ${NETWORK[known]} (${known}). Check the network and the proxy (npm config get registry, https-proxy), then run the same again.`;
}

/** A registry's address may hold a user and a password. */
function withoutCredentials(registry) {
  try {
    const url = new URL(registry);
    url.username = '';
    url.password = '';
    return url.href;
  } catch {
    return '(its address is not a URL)';
  }
}

/** The lines of npm's errors that say something, without stacks, without the places of its logs. */
export function npmErrors(stderr) {
  const lines = stderr
    .split('\n')
    .map((line) => line.replace(/^npm (error|ERR!) ?/, '').trimEnd())
    .filter((line) => line.trim() !== '')
    .filter(
      (line) =>
        !/^\s+at |complete log of this run|debug-\d+\.log|^\s*[{}\]],?$|^\s+(errno|code|syscall|type):/.test(line),
    );
  return [...new Set(lines)].slice(0, 8);
}
