import type { ApplianceBehaviour } from '../../appliance-facts/index.ts';
import type { StoredRow } from '../store/store.ts';
import type { ClientHello } from '../wire/client-hello.ts';
import { ClientHelloReader } from '../wire/client-hello-reader.ts';
import type { Arrival } from './arrival.ts';
import type { PacketEngine } from './packet-engine.ts';
import { type PolicyBankDefinition, setsOf } from './policy-bank.ts';
import { refuse } from './refuse.ts';
import { reset } from './relay.ts';
import { terminate } from './tls-termination.ts';

/** Time limit for a client to send its ClientHello. */
const HELLO_TIMEOUT_MS = 30_000;

function policyBank(undefDefault: string): PolicyBankDefinition {
  return {
    binding: 'sslvserver_sslpolicy_binding',
    policyKind: 'sslpolicy',
    undefAction: (policy: StoredRow) => String(policy.undefaction ?? undefDefault),
    select: (binding: StoredRow) => binding.type === 'CLIENTHELLO_REQ',
  };
}

/** What the policies at the ClientHello choose. */
export type HelloVerdict =
  | { readonly kind: 'reset' | 'drop' | 'terminate' }
  | { readonly kind: 'forward'; readonly lbvserver: string };

/** Returns what the policies at the ClientHello choose for a client. */
export function judgeHello(
  { store, vserver, client, server }: Pick<Arrival, 'store' | 'vserver' | 'client' | 'server'>,
  engine: PacketEngine,
  hello: ClientHello,
): HelloVerdict {
  const source = engine.behaviour['source-at-client-hello'] ? { client } : {};
  const subject = { hello, ...source, server, vserver: String(vserver.name), sets: setsOf(store) };
  const undefDefault = String(store.object('sslparameter', '')?.undefactiondata ?? 'NOOP');
  const verdict = engine.policyBanks(store).evaluate(String(vserver.name), policyBank(undefDefault), subject);
  const action = verdict?.action ?? 'NOOP';
  switch (action.toUpperCase()) {
    case 'RESET':
      return { kind: 'reset' };
    case 'DROP':
      return { kind: 'drop' };
    case 'NOOP':
      return { kind: 'terminate' };
    default: {
      const forward = store.object('sslaction', action)?.forward;
      if (forward === undefined) return { kind: 'terminate' };
      const target = store.object('lbvserver', String(forward));
      if (target === undefined || String(target.servicetype) === 'SSL') return { kind: 'reset' };
      return { kind: 'forward', lbvserver: String(forward) };
    }
  }
}

const TLS_13 = 0x0304;

/** Returns whether the simulated build forwards such a client. */
function forwards({ store, vserver }: Arrival, behaviour: ApplianceBehaviour, hello: ClientHello): boolean {
  const view = store.object('sslvserver', String(vserver.name));
  if (!behaviour['forward-with-sni-enabled'] && view?.snienable === 'ENABLED') return false;
  if (behaviour['forward-tls13-only']) return true;
  return hello.supportedVersions?.some((version) => version < TLS_13) ?? true;
}

/** Applies the action that the policies at the ClientHello choose. */
async function decide(arrival: Arrival, engine: PacketEngine, bytes: Buffer, hello: ClientHello): Promise<void> {
  const verdict = judgeHello(arrival, engine, hello);
  const { behaviour } = engine;
  switch (verdict.kind) {
    case 'reset':
      return refuse(arrival.socket, behaviour['reset-seen-as']);
    case 'drop':
      arrival.socket.resume();
      return;
    case 'terminate':
      return terminate(arrival, engine, bytes);
    case 'forward':
      if (!forwards(arrival, behaviour, hello)) return reset(arrival.socket);
      if (!behaviour['forward-untouched'] && engine.reachable(verdict.lbvserver, arrival.store).length > 0)
        return terminate(arrival, engine, bytes);
      return engine.forward(arrival, verdict.lbvserver, bytes);
  }
}

/** Serves a client of an SSL server: reads its ClientHello in any number of parts and evaluates the policies. */
export function acceptTls(arrival: Arrival, engine: PacketEngine): void {
  const { socket } = arrival;
  const reader = new ClientHelloReader();
  const chunks: Buffer[] = [];
  const onTimeout = (): void => reset(socket);
  const onEnd = (): void => void socket.end();
  socket.setTimeout(HELLO_TIMEOUT_MS, onTimeout);
  socket.on('error', () => socket.destroy());
  socket.on('end', onEnd);
  const onData = (chunk: Buffer): void => {
    chunks.push(chunk);
    const parsed = reader.push(chunk);
    if (parsed.state === 'more' && engine.behaviour['hello-in-segments']) return;
    socket.off('data', onData);
    socket.off('end', onEnd);
    socket.setTimeout(0, onTimeout);
    socket.pause();
    if (parsed.state !== 'hello') {
      socket.destroy();
      return;
    }
    decide(arrival, engine, Buffer.concat(chunks), parsed.hello).catch(() => reset(socket));
  };
  socket.on('data', onData);
}
