import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Period of the limit, as the kubelet sets it. */
const PERIOD_MS = 100;

export interface CpuLimit {
  /** How the limit is kept. */
  readonly by: string;
  end(): void;
}

/**
 * Limits a process to a share of one processor, as a container's limit does: it runs until it has used its share of each 100 ms,
 * then it stands still. Without a writable control group, it is stopped and continued by signals, which is no less strict.
 */
export function limitCpu(pid: number, millicores: number): CpuLimit {
  const quota = String(millicores * PERIOD_MS);
  const period = String(PERIOD_MS * 1_000);
  const groups = [
    ['/sys/fs/cgroup/cpu', { 'cpu.cfs_period_us': period, 'cpu.cfs_quota_us': quota }],
    ['/sys/fs/cgroup', { 'cpu.max': `${quota} ${period}` }],
  ] as const;
  for (const [root, files] of groups) {
    const group = join(root, `nspass-bench-${pid}`);
    try {
      mkdirSync(group);
    } catch {
      continue;
    }
    try {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(group, name), text, { flag: 'r+' });
      writeFileSync(join(group, 'cgroup.procs'), String(pid));
      return { by: `control group ${root}`, end: () => remove(group) };
    } catch {
      remove(group);
    }
  }
  return bySignals(pid, millicores);
}

/** Returns the seconds of the processor that a process used. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** A group can be removed when its processes are gone: until then, it stays. */
function remove(group: string): void {
  try {
    rmdirSync(group);
  } catch {}
}

function bySignals(pid: number, millicores: number): CpuLimit {
  const runMs = (millicores * PERIOD_MS) / 1_000;
  let timer: NodeJS.Timeout;
  const step = (signal: 'SIGSTOP' | 'SIGCONT'): void => {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const running = signal === 'SIGCONT';
    timer = setTimeout(step, running ? runMs : PERIOD_MS - runMs, running ? 'SIGSTOP' : 'SIGCONT');
  };
  step('SIGSTOP');
  return { by: 'signals', end: () => clearTimeout(timer) };
}
