import { Command, Option } from 'commander';
import { CREDENTIALS_HELP, withApplianceTarget } from '../appliance-target.ts';
import { foldLine, type Screen, screenOf } from '../terminal.ts';
import { type WhyStep, walk } from './chain.ts';
import { type ClusterReaders, gather, type WhyOptions } from './gather.ts';

interface Options extends WhyOptions {
  readonly output: 'table' | 'json';
}

/**
 * `nspass why HOST`: walks from the Ingress or TLSRoute to the client, and says where the chain breaks. It looks at what is reachable,
 * and says what it did not see.
 *
 * @param readers of a live cluster, for `--live`.
 */
export function whyCommand(readers?: ClusterReaders): Command {
  const command = new Command('why')
    .argument('<host>', 'host name, as the client asks for it')
    .option('--from <dir>', 'manifests: a file, a folder, or - for standard input')
    .option('--live', 'the cluster of the kubeconfig instead of manifests')
    .option('--context <name>', 'with --live: context of the kubeconfig')
    .option('--kubeconfig <file>', 'with --live: instead of KUBECONFIG and ~/.kube/config')
    .option('--cluster <name>', 'name of the cluster in events and ledger', 'local')
    .option('--deployment <name>', 'look at the appliance’s queue and event source mapping in this deployment, too')
    .option('--probe', 'shake hands over TLS through the VIP from this machine')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['table', 'json']).default('table'));
  return withApplianceTarget(command)
    .addHelpText(
      'after',
      `
${CREDENTIALS_HELP}

✓ holds, ✗ is where the chain breaks, with what to do, ? was not seen. An appliance that was named and does not answer is ✗.

Examples:
  nspass why shop.example.com --live --config appliances.yml --appliance edge --cluster prod-eu --deployment nspass-prod
  nspass why shop.example.com --from manifests --nitro https://192.0.2.5 --probe
  nspass why shop.example.com --nitro https://192.0.2.5

Exit status: 0 where the chain holds as far as it was seen, 1 where it breaks, 2 for wrong usage.`,
    )
    .action(async (host: string, options: Options) => {
      const input = await gather(host, options, readers);
      const steps = walk(input);
      const broken = steps.some(({ result }) => result === 'failed');
      const text =
        options.output === 'json'
          ? JSON.stringify({ host, steps }, null, 2)
          : renderSteps(host, steps, screenOf(process.stdout));
      process.stdout.write(`${text}\n`);
      if (broken) process.exitCode = 1;
    });
}

const MARKS = { ok: '✓', failed: '✗', unseen: '?' } as const;

/** Returns the steps as lines; the broken one with its remedy. */
export function renderSteps(host: string, steps: readonly WhyStep[], screen: Screen): string {
  const lines = steps.flatMap(({ step, result, text, remedy }) => {
    const style = result === 'ok' ? 'green' : result === 'failed' ? 'red' : 'dim';
    const line = foldLine(`${MARKS[result]} ${step.padEnd(10)} ${text}`, screen, '             ');
    return [screen.paint(style, line), ...(remedy === undefined ? [] : [foldLine(`  → ${remedy}`, screen, '    ')])];
  });
  return [`${host}:`, ...lines].join('\n');
}
