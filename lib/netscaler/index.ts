export * from './back-end.ts';
export * from './front-end.ts';
export * from './limits.ts';
export * from './mark.ts';
export * from './names.ts';
export * from './resource.ts';
