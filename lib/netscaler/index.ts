export * from './backend.ts';
export * from './frontend.ts';
export * from './limits.ts';
export * from './mark.ts';
export * from './names.ts';
export * from './resource.ts';
