import type { Family } from '../../seams/family.ts';
import { client } from './client/family.ts';
import { realtime } from './realtime/family.ts';
import { responses } from './responses/family.ts';

/** Every family of the SDK's classes. `kinds.ts` has the kinds. */
export const families: readonly Family[] = [realtime, responses, client];
