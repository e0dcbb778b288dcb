import type { Build, Load, Target } from '../sdk.ts';
import { clientOptions, conversationOptions, type kinds } from './kinds.ts';
import { packageName } from './package-name.ts';

/** One class of `@elevenlabs/elevenlabs-js`. `versions` are those that the tests play, oldest first. */
export interface ElevenLabsTarget extends Target {
  readonly family: keyof typeof kinds;
  readonly range: string;
}

type Class = new (options: unknown) => object;

/** The package has CommonJS modules only. */
const builds = (module: string): Build[] => [{ format: 'cjs', file: `${module}.js`, types: `${module}.d.ts` }];

/** The main module does not export the class. */
const conversations = 'api/resources/conversationalAi/conversation';

const versions = ['2.25.0', '2.73.0'];
const range = '>=2.25.0 <3';

export const targets: readonly ElevenLabsTarget[] = [
  {
    family: 'transcription',
    className: 'RealtimeConnection',
    importFrom: packageName,
    opened: 'client.speechToText.realtime.connect()',
    // A call of `connect()` would dial.
    open: async (load: Load) => new ((await load(packageName)).RealtimeConnection as Class)(16_000),
    builds: builds('wrapper/realtime/connection'),
    versions,
    range,
  },
  {
    family: 'conversation',
    className: 'Conversation',
    importFrom: `${packageName}/${conversations}/index.js`,
    opened: 'new Conversation()',
    open: async (load: Load) =>
      new ((await load(`${packageName}/${conversations}/index.js`)).Conversation as Class)(conversationOptions),
    builds: builds(`${conversations}/Conversation`),
    versions,
    range,
  },
  {
    family: 'client',
    className: 'ElevenLabsClient',
    importFrom: packageName,
    opened: 'new ElevenLabsClient()',
    open: async (load: Load) => new ((await load(packageName)).ElevenLabsClient as Class)({ ...clientOptions }),
    builds: builds('wrapper/ElevenLabsClient'),
    versions,
    range,
  },
];
