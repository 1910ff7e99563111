import { largestBatches } from '../batch.ts';
import { changeProbe } from '../change-probe.ts';
import type { Benchmark } from '../figure.ts';
import { history } from '../history.ts';
import { memberLists } from '../member-lists.ts';
import { parsers } from '../parsers.ts';
import { ansible, ansible1000 } from '../parts/ansible.ts';
import { archive } from '../parts/archive.ts';
import { bundles } from '../parts/bundles.ts';
import { estates } from '../parts/estate.ts';
import { rollingRestart } from '../parts/rolling-restart.ts';
import { pipeline } from '../pipeline.ts';
import { planGrowth } from '../plan-growth.ts';
import { startup } from '../startup.ts';
import { status } from '../status.ts';
import type { Part } from './part.ts';
import { program } from './program.ts';

const inProcess = (name: string, { summary, run }: Benchmark): Part => ({
  name,
  summary,
  measure: async () => ({ figures: await run() }),
});

const [tiny, small, large, huge] = estates as [Part, Part, Part, Part];

/** The parts of the report, in the order in which they run: what takes long is last. */
export const REPORT: readonly Part[] = [
  bundles,
  inProcess('startup', startup),
  tiny,
  ansible,
  small,
  rollingRestart,
  inProcess('pipeline', pipeline),
  inProcess('change-probe', changeProbe),
  program(
    'forwarder',
    'memory and start of the forwarder, 10,000 Ingresses, Services and EndpointSlices',
    'forwarder.ts',
  ),
  program(
    'forwarder-starved',
    'start of the forwarder with a quarter and a tenth of a processor, 10,000 Ingresses',
    'forwarder-starved.ts',
  ),
  inProcess('status', status),
  large,
  archive,
  huge,
];

/** What only runs by name. */
export const ALONE: readonly Part[] = [
  inProcess('plan-growth', planGrowth),
  inProcess('parsers', parsers),
  inProcess('member-lists', memberLists),
  inProcess('batch', largestBatches),
  inProcess('history', history),
  ansible1000,
];
