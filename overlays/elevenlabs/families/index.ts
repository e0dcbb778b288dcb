import type { Family } from '../../seams/family.ts';
import { client } from './client/family.ts';
import { conversation } from './conversation/family.ts';
import { transcription } from './transcription/family.ts';

/** Every family of the SDK's classes. `kinds.ts` has the kinds. */
export const families: readonly Family[] = [transcription, conversation, client];
