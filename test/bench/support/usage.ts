import { readFileSync, writeFileSync } from 'node:fs';

/** What a piece of work took in one process. */
export interface Usage {
  readonly wallMs: number;
  /** Milliseconds of the processor, user and system. */
  readonly cpuMs: number;
  /** Highest resident memory while it ran, in MB of 1,048,576 bytes. */
  readonly peakMb: number;
}

/** Adds up wall and processor time of several pieces of work in this process, and their peak of resident memory. */
export class Meter {
  #wallMs = 0;
  #cpuMicros = 0;

  constructor() {
    resetPeak();
  }

  /** Times one piece; what happens between two pieces does not count. */
  async time<T>(work: () => Promise<T>): Promise<T> {
    const cpu = process.cpuUsage();
    const started = performance.now();
    try {
      return await work();
    } finally {
      this.#wallMs += performance.now() - started;
      const { user, system } = process.cpuUsage(cpu);
      this.#cpuMicros += user + system;
    }
  }

  get usage(): Usage {
    return { wallMs: this.#wallMs, cpuMs: this.#cpuMicros / 1_000, peakMb: peakMb() };
  }
}

/** Forgets the peak so far, where the system can (Linux: proc_pid_clear_refs(5)); elsewhere it is that of the process. */
function resetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // The peak since the start of the process is an upper bound.
  }
}

function peakMb(): number {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kilobytes !== undefined) return Number(kilobytes) / 1_024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS / 1_024;
}
