// Makes running-config.txt with the engine of another version. In a worktree of that version with its dependencies:
//
//   git worktree add /tmp/previous 3a45c7a
//   node_modules/.bin/node test/integration/reconcile/previous-version/make.ts /tmp/previous 3a45c7a > FILE
import { DRAIN_SECONDS, FOREIGN, history, NOW } from './scenario.ts';

const [tree, commit] = process.argv.slice(2);
if (tree === undefined || commit === undefined) throw new TypeError('usage: make.ts TREE COMMIT');
const { startWorld } = (await import(`${tree}/test/support/engine.ts`)) as typeof import('../../../support/engine.ts');
const events = (await import(`${tree}/test/support/events.ts`)) as typeof import('../../../support/events.ts');

const world = await startWorld({ now: () => NOW, settings: { drainSeconds: DRAIN_SECONDS } });
await world.client.add([{ type: 'lbvserver', body: FOREIGN }]);
for (const batch of history(events)) await world.deliver(...batch);
process.stdout.write(`# Made by test/integration/reconcile/previous-version/make.ts with the engine of ${commit}.\n`);
process.stdout.write(world.appliance.runningConfig());
await world.stop();
