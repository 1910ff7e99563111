export * from './clock.ts';
export * from './envelope.ts';
export * from './events.ts';
export * from './finding.ts';
export * from './ingress.ts';
export * from './key.ts';
export * from './names.ts';
export * from './words.ts';
