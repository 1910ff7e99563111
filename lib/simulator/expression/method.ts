import type { Result, Subject, Type } from './values.ts';

/** A method of a type, with the types of its arguments and of its result. */
export interface Method {
  readonly args: readonly Type[];
  readonly returns: Type;

  readonly run: (on: never, args: readonly never[], ignoreCase: boolean, subject: Subject) => Result;
}

export type Table = Readonly<Record<string, Method>>;

export const method = <On, Args extends readonly unknown[]>(
  returns: Type,
  args: readonly Type[],
  run: (on: On, args: Args, ignoreCase: boolean, subject: Subject) => Result,
): Method => ({ args, returns, run: run as unknown as Method['run'] });
