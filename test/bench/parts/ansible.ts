import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { batches, resident, snapshotEvents } from '../../support/estate.ts';
import type { Figure } from '../figure.ts';
import type { Part } from '../report/part.ts';
import type { Findings } from '../report/results.ts';
import { count, time, times } from '../report/units.ts';
import { kindOf, oneForEach, type RecordedCall, readCalls } from '../support/recorded-call.ts';
import { Twins } from '../support/twins.ts';

const run = promisify(execFile);
/** Hosts with three members each are some hundred objects, and some thousand. */
const INGRESSES = [7, 76] as const;
const PLAYBOOKS = 'test/clients/ansible';

/** The same configuration, written by a tool that others made and that knows no bulk calls. */
export const [ansible, ansible1000] = INGRESSES.map((ingresses, index) => ({
  name: index === 0 ? 'ansible' : 'ansible-1000',
  summary: `${ingresses} Ingresses onto an empty appliance, and the same objects by a playbook of Ansible`,
  measure: (folder: string) => measure(ingresses, folder),
})) as [Part, Part];

async function measure(ingresses: number, folder: string): Promise<Findings> {
  const program = await installed();
  const twins = await Twins.start(folder);
  try {
    const states = Array.from({ length: ingresses }, (_, index) => resident(index));
    const { ours } = await twins.deliver(
      'cold',
      ingresses,
      batches(snapshotEvents(states, 1_000_000, { flagged: true })),
    );
    const alone = await twins.oneForEach(ingresses);
    const calls = join(folder, 'objects.json');
    const playbook = await twins.byAnother(async ({ url, file }) => {
      const writes = (await readCalls(file)).filter((call) => kindOf(call) === 'write').flatMap(oneForEach);
      await writeFile(calls, JSON.stringify(writes.map(asTask)));
      const began = performance.now();
      await play(program, url, calls);
      return { objects: writes.length, wallMs: performance.now() - began };
    });
    return { figures: figures(ours, alone?.wallMs ?? Number.NaN, playbook) };
  } finally {
    await twins.stop();
  }
}

function figures(
  ours: { readonly wallMs: number; readonly requests: number },
  aloneMs: number,
  playbook: { readonly objects: number; readonly wallMs: number },
): Figure[] {
  const each = playbook.wallMs / playbook.objects;
  return [
    { what: `${count(playbook.objects)} objects by Ansible`, measured: `${time(playbook.wallMs)}, ${time(each)} each` },
    { what: '… the same calls without logic', measured: time(aloneMs) },
    { what: '… by this engine', measured: `${time(ours.wallMs)}, ${count(ours.requests)} requests` },
    { what: '… Ansible takes', measured: `${times(playbook.wallMs / ours.wallMs)} times as long` },
  ];
}

/** Installs Ansible beside `node_modules`, once. @throws {Error} there is no Python for it. */
async function installed(): Promise<string> {
  try {
    return (await run('.ci/ansible')).stdout.trim();
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw new Error(`Ansible cannot be installed: ${stderr.trim().split('\n').at(-1) ?? ''}`, { cause: error });
  }
}

/** What the playbook gives to the module of Ansible. */
function asTask({ url, body }: RecordedCall): { resource: string; attributes: unknown } {
  const resource = /\/config\/(\w+)/.exec(url)?.[1] ?? '';
  return { resource, attributes: (JSON.parse(body) as Record<string, unknown>)[resource] };
}

async function play(program: string, url: string, calls: string): Promise<void> {
  try {
    await run(program, ['--inventory', 'localhost,', 'calls.yml'], {
      cwd: PLAYBOOKS,
      env: { ...process.env, NSIP: new URL(url).host, CALLS: calls },
    });
  } catch (error) {
    const { stdout = '' } = error as { stdout?: string };
    throw new Error(`the playbook failed: ${stdout.slice(-500)}`, { cause: error });
  }
}
