import { isIP } from 'node:net';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { SimulatedEndpoint } from '../simulator/index.ts';
import { addMapping } from './local/mapping-option.ts';
import { urlOption } from './url-option.ts';
import { UsageError } from './usage.ts';

/** Release and build that are reported where nothing else is given. */
export const DEFAULT_BUILD = '14.1-51.80';

/** An address that is listened at. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** What `nspass appliance` was asked for. */
export interface ApplianceGiven {
  readonly listen: ListenAddress;
  readonly expose: boolean;
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
  readonly ha?: ListenAddress;
  readonly console?: ListenAddress;
  readonly saveTime: number;
  readonly faults?: string;
  readonly record?: string;
  readonly replay?: string;
  readonly upstream?: string;
  readonly ca?: string;
  readonly json: boolean;
}

function listen(text: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) throw new InvalidArgumentError('Expected HOST:PORT, such as 127.0.0.1:9080.');
  if (host !== 'localhost' && isIP(host) === 0) {
    throw new InvalidArgumentError('Expected a loopback address: 127.0.0.1, ::1 or localhost.');
  }
  return { host, port };
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host);

/** @throws {UsageError} an address that others reach was not asked for, or two options exclude each other */
export function checkGiven(given: ApplianceGiven): void {
  for (const { host, port } of [given.listen, given.ha, given.console].filter((at) => at !== undefined)) {
    if (isLoopback(host) || given.expose) continue;
    throw new UsageError(
      `Others can reach ${host}:${port}. Expected a loopback address: 127.0.0.1, ::1 or localhost. --expose allows it.`,
    );
  }
  if (given.replay !== undefined && given.record !== undefined)
    throw new UsageError('--replay and --record exclude each other: a recording is made of other answers.');
  if (given.replay !== undefined && given.upstream !== undefined)
    throw new UsageError('--replay and --upstream exclude each other: choose where the answers come from.');
  if (given.upstream !== undefined && given.record === undefined)
    throw new UsageError('--upstream needs --record FILE: it passes requests on so that they are recorded.');
  if (given.ca !== undefined && given.upstream === undefined)
    throw new UsageError('--ca needs --upstream URL: it verifies the certificate of that appliance.');
  const source = given.replay !== undefined ? '--replay' : given.upstream !== undefined ? '--upstream' : undefined;
  if (source === undefined) return;
  const simulated = (['config', 'save', 'facts', 'version', 'ha', 'console'] as const).find(
    (name) => given[name] !== undefined,
  );
  const unused = simulated ?? (given.map.size > 0 ? 'map' : undefined);
  if (unused !== undefined)
    throw new UsageError(
      `--${unused} has no effect with ${source}, which answers without the simulator: leave it out.`,
    );
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

/** Returns `nspass appliance` with its options. */
export function applianceOptions(): Command {
  return new Command('appliance')
    .addOption(
      new Option('--listen <host:port>', 'address of the NITRO API; port 0 chooses a free port')
        .argParser(listen)
        .default(listen('127.0.0.1:9080'), '127.0.0.1:9080'),
    )
    .option(
      '--expose',
      'allow addresses that others reach; nothing but the user protects them, and faults not even that',
      false,
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
        .default(undefined, DEFAULT_BUILD),
    )
    .option('--ha <host:port>', 'address of a second node, which makes an HA pair', listen)
    .option('--console <host:port>', 'address of a NetScaler Console in front of it, with the same user', listen)
    .option('--save-time <ms>', 'milliseconds that saving takes, as on a real appliance', milliseconds, 600)
    .option('--faults <file>', 'JSON list of fault rules that are set at the start')
    .option('--record <file>', 'append each request and its answer to this file, without secrets')
    .option('--replay <file>', 'answer from a recording instead of simulating')
    .addOption(
      new Option(
        '--upstream <url>',
        'with --record: pass requests on to this appliance instead of simulating',
      ).argParser(urlOption('--upstream', 'https://192.0.2.1')),
    )
    .option('--ca <file>', 'with --upstream: PEM file of the authority that signed the appliance’s certificate')
    .option('--json', 'print one JSON object per line', false)
    .addHelpText(
      'after',
      `
Examples:
  nspass appliance --listen 127.0.0.1:9080 --username nsroot --password nsroot
  nspass appliance --listen 127.0.0.1:0 --map 192.0.2.10:443=127.0.0.1:8443 --save ns.conf --json
  nspass appliance --record run.jsonl --upstream https://192.0.2.1 --ca appliance-ca.pem
  nspass appliance --replay run.jsonl

It prints "NITRO <url>" when it is ready. docs/simulator.md is its guide.

Exit status: 0 after Ctrl-C or SIGTERM, 2 if a file or port cannot be used.`,
    );
}
