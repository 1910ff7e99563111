import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { applianceCommand } from './appliance.ts';
import { clusterReader } from './cluster-reader.ts';
import { demoCommand } from './demo/demo.ts';
import { failureText } from './failure.ts';
import { lintCommand } from './lint.ts';
import { localCommand } from './local/command.ts';
import { endWithReader } from './reader-gone.ts';
import { redriveCommand } from './redrive.ts';
import { removeCommand } from './remove.ts';
import { replayCommand } from './replay.ts';
import { UsageError } from './usage.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** 2: the command was not used as it can be. */
const USAGE = 2;

const program = new Command('nspass')
  .description('SSL passthrough on NetScaler from Kubernetes Ingresses, driven by events')
  .version(version)
  .showHelpAfterError('(run with --help for all options)')
  .exitOverride();
const COMMANDS = [
  localCommand,
  demoCommand,
  () => lintCommand(clusterReader()),
  applianceCommand,
  replayCommand,
  redriveCommand,
  removeCommand,
];
for (const make of COMMANDS) program.addCommand(make().copyInheritedSettings(program));

endWithReader(process.stdout, () => process.kill(process.pid, 'SIGTERM'));

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : USAGE;
  } else if (error instanceof UsageError) {
    process.stderr.write(`nspass: ${error.message}\n`);
    process.exitCode = USAGE;
  } else {
    process.stderr.write(`nspass: ${failureText(error)}\n`);
    process.exitCode = 1;
  }
}
