import type { Family } from '../../seams/family.ts';
import { client } from './client/family.ts';
import { connector } from './connector/family.ts';
import { music, session } from './session/family.ts';

/** Every family of the SDK's classes. `kinds.ts` has the kinds of those that the SDK exports. */
export const families: readonly Family[] = [session, music, client, connector];
