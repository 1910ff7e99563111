/** Whether a link of the chain holds. */
export interface Judgement {
  readonly result: 'ok' | 'failed' | 'unseen';
  readonly text: string;
  /** What to do about a link that does not hold. */
  readonly remedy?: string;
}

export const ok = (text: string): Judgement => ({ result: 'ok', text });
export const failed = (text: string, remedy: string): Judgement => ({ result: 'failed', text, remedy });
export const unseen = (text: string): Judgement => ({ result: 'unseen', text });
