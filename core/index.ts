export type * from './disconnectable.ts';
export * from './errors.ts';
