/** Options that cannot be used as given. The message says which one, why, and what is expected. */
export class OptionsError extends Error {
  override readonly name: string = 'OptionsError';
}
