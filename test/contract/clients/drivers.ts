import { sdks } from '../../../overlays/sdks.ts';
import type { SocketCell } from '../driver.ts';
import { assemblyai } from './assemblyai.ts';
import { cartesia } from './cartesia.ts';
import { cartesiaClient } from './cartesia-client.ts';
import { compatClient } from './compat-client.ts';
import { deepgram } from './deepgram.ts';
import { deepgramLegacy } from './deepgram-legacy.ts';
import type { ClientDriver } from './driver.ts';
import { elevenlabs } from './elevenlabs.ts';
import { googleGenai } from './google-genai.ts';
import { nestedClient } from './nested-client.ts';
import { openai } from './openai.ts';

const drivers: readonly ClientDriver[] = [
  cartesia,
  cartesiaClient,
  compatClient,
  nestedClient,
  openai,
  assemblyai,
  elevenlabs,
  googleGenai,
  deepgram,
  deepgramLegacy,
];

type Driven = Pick<SocketCell, 'sdk' | 'target'>;

export const hasDriver = (cell: Driven): boolean => find(cell) !== undefined;

export const driverOf = (cell: Driven): ClientDriver => find(cell)!;

/** The newest version of each kind of client, bare. */
export const bareCells: readonly SocketCell[] = sdks.flatMap((sdk) =>
  sdk.targets
    .filter((target) => hasDriver({ sdk, target }))
    .map((target): SocketCell => {
      const version = target.versions.at(-1)!;
      return { sdk, target, version, delivery: 'bare', format: target.builds[0]!.format };
    }),
);

function find({ sdk: { name }, target }: Driven): ClientDriver | undefined {
  return drivers.find(({ sdk = 'cartesia', family }) => sdk === name && family === target.family);
}
