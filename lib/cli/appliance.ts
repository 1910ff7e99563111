import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { Command, InvalidArgumentError, Option } from 'commander';
import { hostPort } from '../contract/index.ts';
import { checkFile } from '../local-aws/folder.ts';
import { selfSigned } from '../nitro/self-signed.ts';
import {
  type FrontendEvent,
  type SimulatedEndpoint,
  type SimulatorOptions,
  startSimulator,
} from '../simulator/index.ts';
import { addMapping } from './local/mapping-option.ts';
import { readText } from './read-text.ts';
import { UsageError } from './usage.ts';
import { readFacts } from './verify/report-file.ts';

/** Release and build that are reported where nothing else is given. */
const VERSION = '14.1-51.80';

interface Listen {
  readonly host: string;
  readonly port: number;
}

interface Given {
  readonly listen: Listen;
  readonly username: string;
  readonly password: string;
  readonly https: boolean;
  readonly cert?: string;
  readonly key?: string;
  readonly map: ReadonlyMap<string, SimulatedEndpoint>;
  readonly config?: string;
  readonly save?: string;
  readonly facts?: string;
  readonly version?: string;
  readonly ha?: Listen;
  readonly console?: Listen;
  readonly saveTime: number;
  readonly json: boolean;
}

function listen(text: string): Listen {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3]);
  const loopback = host === 'localhost' || host === '::1' || /^127\./.test(host);
  if (match === null || port > 65_535) throw new InvalidArgumentError('Expected HOST:PORT, such as 127.0.0.1:9080.');
  if (!loopback || (host !== 'localhost' && isIP(host) === 0)) {
    throw new InvalidArgumentError('Expected a loopback address: 127.0.0.1, ::1 or localhost.');
  }
  return { host, port };
}

function notEmpty(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
}

function version(text: string): string {
  if (!/^\d+\.\d+-\d+\.\d+$/.test(text)) throw new InvalidArgumentError('Expected RELEASE-BUILD, such as 14.1-51.80.');
  return text;
}

function milliseconds(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Expected a whole number of milliseconds.');
  return value;
}

/** Checks certificate and key before anything listens; otherwise only a client's handshake would fail. */
function certificateOf(certFile: string, keyFile: string): { cert: string; key: string } {
  const [cert, key] = [readText(certFile), readText(keyFile)];
  const part = <T>(file: string, what: string, read: () => T): T => {
    try {
      return read();
    } catch (error) {
      throw new UsageError(`${file} is not a ${what}.`, { cause: error });
    }
  };
  const certificate = part(certFile, 'PEM certificate', () => new X509Certificate(cert));
  const privateKey = part(keyFile, 'PEM private key without a passphrase', () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey))
    throw new UsageError(`${keyFile} does not belong to the certificate ${certFile}.`);
  return { cert, key };
}

async function httpsOf(given: Given): Promise<SimulatorOptions['https']> {
  if ((given.cert === undefined) !== (given.key === undefined))
    throw new UsageError('--cert and --key must be given together.');
  if (given.cert !== undefined && given.key !== undefined) {
    return certificateOf(given.cert, given.key);
  }
  if (!given.https) return undefined;
  const { host } = given.listen;
  return selfSigned({
    commonName: 'ns-server-certificate',
    names: [host],
    algorithm: 'ecdsa',
    days: 365,
    now: Date.now(),
  });
}

interface Reporter {
  nitro(kind: string, url: string): void;
  frontend(event: FrontendEvent): void;
  note(text: string): void;
  notSaved(error: Error): void;
}

/** Reports events of the simulator, for people or as one JSON object per line. */
function reporter(json: boolean): Reporter {
  const write = (line: string): void => void process.stdout.write(`${line}\n`);
  const endpointText = ({ host, port }: SimulatedEndpoint): string => hostPort(host, port);
  return {
    nitro: (kind, url) => write(json ? JSON.stringify({ type: kind.toLowerCase(), url }) : `${kind} ${url}`),
    frontend({ address, port, listen: at, refused }) {
      if (refused !== undefined) {
        process.stderr.write(
          `${endpointText({ host: address, port })} cannot listen on ${endpointText(refused)}: ${refused.code}\n`,
        );
        return;
      }
      const where = at === undefined ? null : endpointText(at);
      if (json) write(JSON.stringify({ type: 'frontend', address, port, listen: where }));
      else write(`FRONTEND ${endpointText({ host: address, port })} ${where ?? 'closed'}`);
    },
    note: (text) => void process.stderr.write(`${text}\n`),
    notSaved: ({ message }) => void process.stderr.write(`cannot save the configuration: ${message}\n`),
  };
}

/** Returns `nspass appliance`, which runs the simulated appliance as a process of its own. */
export function applianceCommand(): Command {
  return new Command('appliance')
    .addOption(
      new Option('--listen <host:port>', 'address of the NITRO API; port 0 chooses a free port')
        .argParser(listen)
        .default(listen('127.0.0.1:9080'), '127.0.0.1:9080'),
    )
    .option('--username <name>', 'name of the first administrator', notEmpty, 'nsroot')
    .option('--password <password>', 'password of the first administrator', notEmpty, 'nsroot')
    .option('--https', 'serve NITRO over HTTPS, with a generated certificate', false)
    .option('--cert <file>', 'PEM certificate for NITRO over HTTPS (with --key)')
    .option('--key <file>', 'PEM private key of that certificate')
    .addOption(
      new Option(
        '--map <address:port=host:port>',
        'local address of a VIP or a member (repeatable); other VIPs get a free port',
      )
        .argParser(addMapping)
        .default(new Map<string, SimulatedEndpoint>(), 'none'),
    )
    .option('--config <file>', 'configuration to start with: an ns.conf, or a part of one')
    .option('--save <file>', 'file that "save ns config" writes, and that is loaded at the start')
    .option('--facts <file>', 'report of nspass verify: behave as the appliance that it is about')
    .addOption(
      new Option('--version <release-build>', 'release and build to report')
        .argParser(version)
        .default(undefined, VERSION),
    )
    .option('--ha <host:port>', 'address of a second node, which makes an HA pair', listen)
    .option('--console <host:port>', 'address of a NetScaler Console in front of it, with the same user', listen)
    .option('--save-time <ms>', 'milliseconds that saving takes, as on a real appliance', milliseconds, 600)
    .option('--json', 'print one JSON object per line', false)
    .addHelpText(
      'after',
      `
Examples:
  nspass appliance --listen 127.0.0.1:9080 --username nsroot --password nsroot
  nspass appliance --listen 127.0.0.1:0 --map 192.0.2.10:443=127.0.0.1:8443 --save ns.conf --json

It prints "NITRO <url>" when it is ready. docs/appliance.md lists what is simulated and what is not.

Exit status: 0 after Ctrl-C or SIGTERM, 2 if a file or port cannot be used.`,
    )
    .action(run);
}

async function optionsOf(given: Given, report: Reporter): Promise<SimulatorOptions> {
  const https = await httpsOf(given);
  const config = given.config === undefined ? undefined : readText(given.config);
  if (given.save !== undefined) checkFile(given.save);
  const facts = given.facts === undefined ? undefined : readFacts(given.facts);
  const { username, password } = given;
  const instance = { ip: '192.0.2.1', name: 'simulated', id: 'simulated', username, password };
  return {
    listen: given.listen,
    username,
    password,
    version: given.version ?? facts?.build ?? VERSION,
    ...(facts === undefined ? {} : { facts: facts.behaviour }),
    map: given.map,
    onFrontend: report.frontend,
    ...(https === undefined ? {} : { https }),
    ...(config === undefined ? {} : { config }),
    onNote: report.note,
    ...(given.save === undefined ? {} : { saveFile: given.save, onSaveFailed: report.notSaved }),
    ...(given.ha === undefined ? {} : { ha: { listen: given.ha } }),
    ...(given.console === undefined ? {} : { console: { listen: given.console, username, password, instance } }),
  };
}

async function run(given: Given): Promise<void> {
  const report = reporter(given.json);
  const ended = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  const started = async () => startSimulator(await optionsOf(given, report));
  const appliance = await started().catch((error: unknown) => {
    throw error instanceof UsageError ? error : UsageError.of(error);
  });
  appliance.set({ saveMs: given.saveTime });
  for (const { line, text, reason } of appliance.problems) {
    process.stderr.write(`${given.config ?? given.save}:${line}: ${reason}: ${text}\n`);
  }
  const [first, second] = appliance.urls;
  if (second !== undefined) report.nitro('SECONDARY', second);
  if (appliance.consoleUrl !== undefined) report.nitro('CONSOLE', appliance.consoleUrl);
  report.nitro('NITRO', first!);
  await ended;
  await appliance.stop();
}
