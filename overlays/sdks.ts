import { agentsRealtime } from './agents-realtime/sdk.ts';
import { assemblyai } from './assemblyai/sdk.ts';
import { cartesia } from './cartesia/sdk.ts';
import { deepgram } from './deepgram/sdk.ts';
import { elevenlabs } from './elevenlabs/sdk.ts';
import { googleGenai } from './google-genai/sdk.ts';
import { openai } from './openai/sdk.ts';
import type { Sdk } from './sdk.ts';
import { speechmatics } from './speechmatics/sdk.ts';

/** Every SDK that hangup knows. No other file outside of an SDK's folder names it, but prose, the demo, and its own tests. */
export const sdks: readonly Sdk[] = [
  cartesia,
  openai,
  agentsRealtime,
  assemblyai,
  deepgram,
  elevenlabs,
  googleGenai,
  speechmatics,
];

/** @returns `undefined` for a package that hangup does not know */
export function sdkOf(packageName: string): Sdk | undefined {
  return sdks.find((sdk) => sdk.packageName === packageName);
}
