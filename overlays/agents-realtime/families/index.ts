import type { Family } from '../../seams/family.ts';
import { session } from './session/family.ts';
import { transport } from './transport/family.ts';

/** Every family of the SDK's classes. `kinds.ts` has the kinds. */
export const families: readonly Family[] = [transport, session];
