import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../../support/eventually.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MAIN = join(ROOT, 'lib/cli/main.ts');

/** The address of an appliance in the pages. */
const PLACEHOLDER = /https:\/\/192\.0\.2\.5\b/g;

interface Ran {
  readonly status: number;
  readonly output: string;
}

/**
 * A folder as the reader of a page has it, and an appliance that serves the sample:
 *
 * | in the pages          | here                                          |
 * | --------------------- | --------------------------------------------- |
 * | `manifests`, `DIR`    | a copy of docs/examples/hotdrinks             |
 * | `../main/manifests`   | the same                                      |
 * | `appliances.yml`      | names the simulator as `edge`                 |
 * | `https://192.0.2.5`   | the simulator                                 |
 * | `docs`, `infra`       | those of the repository                       |
 */
export class DocsWorld {
  readonly dir: string;
  readonly #base: string;
  readonly #appliance: ChildProcess;
  readonly #url: string;

  private constructor(base: string, appliance: ChildProcess, url: string) {
    this.#base = base;
    this.dir = join(base, 'work');
    this.#appliance = appliance;
    this.#url = url;
  }

  static async start(): Promise<DocsWorld> {
    const base = await mkdtemp(join(tmpdir(), 'nspass-docs-'));
    const appliance = spawn(process.execPath, [MAIN, 'appliance', '--listen', '127.0.0.1:0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    appliance.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await eventually(() => /NITRO http\S+/.test(said), 'the appliance');
    const world = new DocsWorld(base, appliance, /NITRO (\S+)/.exec(said)?.[1] ?? '');
    for (const folder of ['work/manifests', 'main/manifests']) {
      await cp(join(ROOT, 'docs/examples/hotdrinks'), join(base, folder), { recursive: true });
    }
    for (const name of ['docs', 'infra', 'appliances.example.yml']) {
      await symlink(join(ROOT, name), join(world.dir, name));
    }
    await writeFile(join(world.dir, 'appliances.yml'), world.#appliances());
    await mkdir(join(base, 'home'));
    await world.run(
      'nspass plan manifests --nitro https://192.0.2.5 --cluster prod-eu --cluster-uid 1 --out first.json',
    );
    const { status, output } = await world.run('nspass apply first.json --nitro https://192.0.2.5');
    if (status !== 0) throw new Error(`The sample is not on the appliance: ${output}`);
    return world;
  }

  #appliances(): string {
    return `appliances:
  - name: edge
    clusters: [prod-eu]
    endpoints: ['${this.#url}']
    credentials: { environment: NSPASS_NITRO }
`;
  }

  /** Runs a line of a page to its end. */
  async run(line: string): Promise<Ran> {
    const { child, output } = this.#start(line);
    const status = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)));
    return { status, output: output() };
  }

  /** Runs a line that follows changes until it prints a text, then ends it as Ctrl-C does. */
  async runUntil(line: string, text: RegExp): Promise<Ran> {
    const { child, output } = this.#start(`exec ${line}`);
    const closed = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)));
    await eventually(() => text.test(output()) || child.exitCode !== null, `${line} prints ${text}`);
    child.kill('SIGINT');
    return { status: await closed, output: output() };
  }

  #start(line: string): { child: ChildProcess; output: () => string } {
    const here = line
      .replaceAll(PLACEHOLDER, this.#url)
      .replaceAll(/\bnpm run -s nspass -- /g, 'nspass ')
      .replaceAll(/ DIR\b/g, ' manifests')
      .replaceAll(/\bnspass(?= [a-z-])/g, `'${process.execPath}' '${MAIN}'`);
    const child = spawn('bash', ['-c', here], {
      cwd: this.dir,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: join(this.#base, 'home'),
        NO_COLOR: '1',
        NSPASS_NITRO_USERNAME: 'nsroot',
        NSPASS_NITRO_PASSWORD: 'nsroot',
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    return { child, output: () => output };
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#appliance.once('close', resolve));
    this.#appliance.kill('SIGTERM');
    await closed;
    await rm(this.#base, { recursive: true });
  }
}
