export { channels, type Diagnostics } from './diagnostics.ts';
export type * from './disconnectable.ts';
export * from './errors.ts';
