import type { Readable, Writable } from 'node:stream';
import { type CANCEL_SYMBOL, confirm, isCancel, log, type Option, select, text } from '@clack/prompts';
import { Cancelled, type Prompter } from './prompter.ts';

/** Columns of a terminal that reports none: clack would fold after each character. */
const COLUMNS = 80;

/** Returns a prompter on a terminal. */
export function clackPrompter(input: Readable, output: Writable & { columns?: number }): Prompter {
  if (output.columns === 0) output.columns = COLUMNS;
  const streams = { input, output };
  return {
    text: async ({ message, example, initial, problem }) =>
      answered(
        await text({
          ...streams,
          message,
          placeholder: example,
          initialValue: initial,
          validate: (value) => problem(value ?? ''),
        }),
      ) ?? '',
    choose: async ({ message, options, initial }) =>
      answered(
        await select({
          ...streams,
          message,
          options: options as unknown as Option<typeof initial>[],
          initialValue: initial,
          showInstructions: false,
        }),
      ),
    confirm: async (message, initialValue) => answered(await confirm({ ...streams, message, initialValue })),
    note: (remark) => log.info(remark, { output }),
  };
}

/** @throws {Cancelled} */
function answered<Value>(answer: Value | typeof CANCEL_SYMBOL): Value {
  if (isCancel(answer)) throw new Cancelled();
  return answer as Value;
}
