import type { Family } from '../../seams/family.ts';
import { recognizer } from './recognizer/family.ts';

/** Every family of the SDK's classes. `kinds.ts` has the kinds. */
export const families: readonly Family[] = [recognizer];
