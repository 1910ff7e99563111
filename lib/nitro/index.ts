export * from './apply.ts';
export * from './backoff.ts';
export * from './client.ts';
export * from './errors.ts';
export * from './inventory.ts';
export * from './session.ts';
export * from './transport.ts';
