import type { Family } from '../../seams/family.ts';
import { client } from './client/family.ts';
import { transcriber } from './transcriber/family.ts';

/** Every family of the SDK's classes. `kinds.ts` has the kinds. */
export const families: readonly Family[] = [transcriber, client];
