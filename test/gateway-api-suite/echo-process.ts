import { type ChildProcess, spawn } from 'node:child_process';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** The ports of a pod that its containers serve, in the order of {@link EchoProcess}'s own. */
const POD_PORTS = [3000, 3001, 8443] as const;

/**
 * The suite's back end as a process. It listens on every address of the machine, so each gets ports of its own, and
 * what comes to the pod's address and ports is passed on to them.
 */
export class EchoProcess {
  readonly #child: ChildProcess;
  readonly #forwards: Server[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /**
   * Resolves when the back end takes connections at the pod's address.
   *
   * @param program the built `echo-basic`.
   * @param ports three free ports, for plain connections, h2c and TLS.
   * @throws where it ends before.
   */
  static async start(
    program: string,
    address: string,
    ports: readonly [number, number, number],
    env: NodeJS.ProcessEnv,
  ): Promise<EchoProcess> {
    const [plain, h2c, tls] = ports.map(String);
    const child = spawn(program, [], {
      env: { ...env, HTTP_PORT: plain, TCP_PORT: plain, H2C_PORT: h2c, HTTPS_PORT: tls, TLS_PORT: tls },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let words = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString('utf8')).slice(-2_000);
    });
    const running = new EchoProcess(child);
    // Without a certificate nothing listens for TLS, as in the pod.
    const awaited = env.TLS_SERVER_CERT === undefined ? [ports[0]] : [ports[0], ports[2]];
    for (const port of awaited) {
      while (!(await answers(port))) {
        if (child.exitCode !== null) throw new Error(`${program} ended: ${words}`);
        await delay(20);
      }
    }
    await Promise.all(POD_PORTS.map((port, index) => running.#forward(address, port, ports[index] as number)));
    return running;
  }

  stop(): void {
    for (const server of this.#forwards) server.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#child.kill('SIGKILL');
  }

  async #forward(address: string, port: number, to: number): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (near) => {
      const far = connect({ host: '127.0.0.1', port: to, allowHalfOpen: true });
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(socket);
        socket.once('close', () => {
          this.#sockets.delete(socket);
          other.destroySoon();
        });
        socket.on('error', () => other.resetAndDestroy());
        socket.pipe(other);
      }
    });
    this.#forwards.push(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, address, resolve);
    });
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (open: boolean) => () => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', done(true));
    socket.once('error', done(false));
  });
}
