/** Output for progress. */
export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export interface ReplayProgress {
  /**
   * @param share from 0 to 1.
   * @param detail follows the label; without a terminal, a new detail alone does not print a line.
   */
  show(share: number, label: string, detail?: string): void;
  /** Leaves the last state on the screen. */
  end(): void;
}

const WIDTH = 30;

/** Returns a bar that redraws itself; without a terminal, a line for each new label and each tenth. */
export function createReplayProgress(terminal: Terminal): ReplayProgress {
  let last = '';
  return {
    show(share, label, detail) {
      const part = Math.min(1, Math.max(0, share));
      const text = detail === undefined ? label : `${label}: ${detail}`;
      const percent = `${Math.floor(part * 100)} %`.padStart(5);
      if (terminal.isTTY === true) {
        const full = Math.round(part * WIDTH);
        last = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${percent}  ${text}`;
        terminal.write(`\r\u001b[2K${last}`);
        return;
      }
      const tenth = `${String(Math.floor(part * 10) * 10).padStart(3)} %`;
      const line = `${tenth}  ${label}`;
      if (line !== last) terminal.write(`${tenth}  ${text}\n`);
      last = line;
    },
    end() {
      if (terminal.isTTY === true && last !== '') terminal.write('\n');
      last = '';
    },
  };
}
