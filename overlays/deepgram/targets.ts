import type { Load, Target } from '../sdk.ts';
import { clientOptions, type kinds, legacyOptions } from './kinds.ts';
import { packageName } from './package-name.ts';

/** One class of `@deepgram/sdk`. `versions` are those that the tests play, oldest first. */
export interface DeepgramTarget extends Target {
  readonly family: keyof typeof kinds;
  readonly range: string;
}

type Part = { connect(args: object): unknown };
type Client = Record<string, Record<string, Part>>;

const newClient = async (load: Load) =>
  new ((await load(packageName)).DeepgramClient as new (options: object) => Client)({ ...clientOptions });

interface LegacyClient {
  listen: { live(options: object): unknown };
  speak: { live(options: object): unknown };
  agent(): unknown;
}
const newLegacyClient = async (load: Load) =>
  ((await load(packageName)).createClient as (options: object) => LegacyClient)({ ...legacyOptions });

/** One module defines the client and its sockets. */
const builds = [
  { format: 'cjs', file: 'dist/cjs/CustomClient.js', types: 'dist/cjs/CustomClient.d.ts' },
  { format: 'esm', file: 'dist/esm/CustomClient.mjs', types: 'dist/esm/CustomClient.d.mts' },
] as const;

/** @param part of the client, such as `listen.v1` */
const socket = (className: string, part: 'agent' | 'listen' | 'speak', api: 'v1' | 'v2') =>
  ({
    family: 'streaming',
    className,
    isLocal: true,
    importFrom: packageName,
    opened: `client.${part}.${api}.connect()`,
    open: async (load: Load) => (await newClient(load))[part]![api]!.connect({ model: 'a-model' }),
    builds,
  }) as const;

/** A live client of 3.4 to 4.x. Its constructor connects. */
const live = (className: string, opened: string, open: (client: LegacyClient) => unknown) =>
  ({
    family: 'live',
    className,
    importFrom: packageName,
    opened,
    open: async (load: Load) => open(await newLegacyClient(load)),
    builds: [
      { format: 'cjs', file: `dist/main/packages/${className}.js`, types: `dist/module/packages/${className}.d.ts` },
    ],
  }) as const;

const versions = ['5.0.0', '5.8.0', '5.13.0'];
const range = '>=5.0.0 <6';
const legacy = { versions: ['3.4.0', '3.11.3', '4.11.3'], range: '>=3.4.0 <5' };
const later = legacy.versions.slice(1);

export const targets: readonly DeepgramTarget[] = [
  {
    family: 'client',
    className: 'CustomDeepgramClient',
    importedAs: 'DeepgramClient',
    importFrom: packageName,
    opened: 'new DeepgramClient()',
    open: newClient,
    builds,
    versions,
    range,
  },
  { ...socket('WrappedListenV1Socket', 'listen', 'v1'), versions, range },
  { ...socket('WrappedListenV2Socket', 'listen', 'v2'), versions, range },
  { ...socket('WrappedSpeakV1Socket', 'speak', 'v1'), versions, range },
  {
    ...socket('WrappedSpeakV2Socket', 'speak', 'v2'),
    versions: versions.slice(1),
    range: '>=5.6.0 <6',
  },
  { ...socket('WrappedAgentV1Socket', 'agent', 'v1'), versions, range },
  {
    family: 'live-client',
    className: 'DeepgramClient',
    isDefault: true,
    importFrom: packageName,
    opened: 'createClient()',
    open: newLegacyClient,
    builds: [{ format: 'cjs', file: 'dist/main/DeepgramClient.js', types: 'dist/module/DeepgramClient.d.ts' }],
    ...legacy,
  },
  { ...live('ListenLiveClient', 'client.listen.live()', (client) => client.listen.live({})), ...legacy },
  {
    ...live('SpeakLiveClient', 'client.speak.live()', (client) => client.speak.live({})),
    versions: later,
    range: '>=3.7.0 <5',
  },
  {
    ...live('AgentLiveClient', 'client.agent()', (client) => client.agent()),
    versions: later,
    range: '>=3.10.0 <5',
  },
];
