import type { Family } from '../../seams/family.ts';
import { client } from './client/family.ts';
import { live } from './live/family.ts';
import { liveClient } from './live-client/family.ts';
import { streaming } from './streaming/family.ts';

/** Every family of the SDK's classes. `kinds.ts` has the kinds. */
export const families: readonly Family[] = [streaming, client, live, liveClient];
