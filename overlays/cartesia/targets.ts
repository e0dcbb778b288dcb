import type { Build, Load, Target } from '../sdk.ts';
import { audioFormat, clientOptions, type kinds } from './kinds.ts';
import { packageName } from './package-name.ts';

/** One class of `@cartesia/cartesia-js`, and the published versions in which it has the same shape. */
export interface CartesiaTarget extends Target {
  readonly family: keyof typeof kinds;
}

/** A client, as far as it opens connections. */
interface Client {
  tts: Resource;
  stt: Resource & Record<'autoFinalize' | 'manualFinalize', Resource>;
}
interface Resource {
  websocket(format: object): unknown;
}

async function newClient(load: Load, subpath = ''): Promise<Client> {
  const { Cartesia, CartesiaClient } = await load(`${packageName}${subpath}`);
  // In 2.x, Cartesia is a namespace of types.
  const Class = typeof Cartesia === 'function' ? Cartesia : CartesiaClient;
  return new (Class as new (options: object) => Client)(clientOptions);
}

const compatClient = (load: Load) => newClient(load, '/backcompat/index');

// Ways to get an instance, in words for people and as a function for the probe.
const byClient = { opened: 'new Cartesia()', open: newClient as Target['open'] };
const byTts = {
  opened: 'tts.websocket()',
  open: async (load: Load) => (await newClient(load)).tts.websocket(audioFormat),
};
const byCompatTts = {
  opened: 'tts.websocket() of backcompat',
  open: async (load: Load) => (await compatClient(load)).tts.websocket(audioFormat),
};

/** The module of a CommonJS build, without extension. */
const cjs = (module: string): Build => ({ format: 'cjs', file: `${module}.js`, types: `${module}.d.ts` });
const esm = (module: string): Build => ({ format: 'esm', file: `${module}.mjs`, types: `${module}.d.mts` });
const both = (module: string) => [cjs(module), esm(module)];

/** They have sockets for STT. */
const finalizeVersions = ['3.2.0', '3.3.0', '3.4.0', '3.5.0', '3.5.1', '4.2.0'] as const;
/** `TTSWS` is in `internal/lib`. */
const internalLibVersions = ['3.1.0', ...finalizeVersions] as const;
/** Made by Stainless. */
const stainlessVersions = ['3.0.0', ...internalLibVersions] as const;

/** Made by Fern. */
const fernVersions = [
  '2.1.0',
  '2.1.1',
  '2.1.2',
  '2.1.5',
  '2.1.7',
  '2.1.10',
  '2.2.3',
  '2.2.4',
  '2.2.5',
  '2.2.7',
  '2.2.9',
] as const;

/** 1.x comes from a bundler: the chunk that defines a class has another name in every version. */
const chunks: Readonly<Record<string, Record<'WebSocket' | 'Client' | 'TTS', string>>> = {
  '1.0.0-alpha.4': { WebSocket: 'IQAXBRHU', Client: 'PQ5EVEEH', TTS: 'VK7LBMVI' },
  '1.0.0': { WebSocket: 'FN7BK4PS', Client: 'PQ5EVEEH', TTS: 'F4QWVJY3' },
  '1.0.1': { WebSocket: 'ASZKHN7Q', Client: '5M33ZF3Y', TTS: '2NA5SEML' },
  '1.1.0': { WebSocket: 'L3OMQKWL', Client: '6PWLZAMS', TTS: 'MUPVAEL7' },
  '1.2.1': { WebSocket: 'HQOC2S6C', Client: 'FLWYXP5Z', TTS: 'EYRYHK3X' },
  '1.3.0': { WebSocket: 'CJZSHIRI', Client: 'FLWYXP5Z', TTS: 'QT5LHJ3D' },
};

/** @param module has the declarations, and in the broken CommonJS build the class */
function bundled(version: string, chunk: string, module: string) {
  return {
    versions: [version],
    importFrom: packageName,
    bundler: 'esbuild',
    builds: [{ format: 'esm', file: `dist/chunk-${chunk}.js`, types: `${module}.d.ts` }],
    broken: [
      {
        format: 'cjs',
        file: `${module}.cjs`,
        why: 'upstream-broken: "import_emittery2.default is not a constructor"',
      },
    ],
  } as const;
}

export const targets: readonly CartesiaTarget[] = [
  ...Object.entries(chunks).flatMap(([version, { WebSocket, Client, TTS }]): CartesiaTarget[] => [
    { family: 'reconnecting', className: 'WebSocket', ...byTts, ...bundled(version, WebSocket, 'dist/tts/websocket') },
    // The base of `Cartesia` and of its parts. `Cartesia` has no member of its own.
    {
      family: 'nested-client',
      className: 'Client',
      importedAs: 'Cartesia',
      ...byClient,
      ...bundled(version, Client, 'dist/lib/client'),
    },
    {
      // It alone knows the client of a connection.
      family: 'nested-speaker',
      className: 'TTS',
      opened: 'new Cartesia().tts',
      open: async (load) => (await newClient(load)).tts,
      ...bundled(version, TTS, 'dist/tts/index'),
    },
  ]),
  {
    family: 'reconnecting',
    className: 'Websocket',
    ...byTts,
    versions: fernVersions,
    // An ES module names the file of a package without "exports" in full.
    importFrom: '@cartesia/cartesia-js/wrapper/Websocket.js',
    isDefault: true,
    builds: [cjs('wrapper/Websocket')],
  },
  {
    family: 'reconnecting',
    className: 'SttWebsocket',
    opened: 'stt.websocket()',
    open: async (load) => (await newClient(load)).stt.websocket(audioFormat),
    versions: fernVersions.slice(fernVersions.indexOf('2.2.4')),
    importFrom: packageName,
    isDefault: true,
    builds: [cjs('wrapper/SttWebsocket')],
  },
  {
    family: 'context-router',
    className: 'TTSWS',
    ...byTts,
    versions: internalLibVersions,
    importFrom: '@cartesia/cartesia-js/resources/tts/ws',
    builds: both('internal/lib/tts/ws'),
  },
  {
    family: 'context-router',
    className: 'TTSWS',
    ...byTts,
    versions: ['3.0.0'],
    importFrom: '@cartesia/cartesia-js/resources/tts/ws',
    builds: both('resources/tts/ws'),
  },
  ...(['auto', 'manual'] as const).map(
    (mode): CartesiaTarget => ({
      family: 'event-stream',
      className: mode === 'auto' ? 'AutoFinalizeWS' : 'ManualFinalizeWS',
      opened: `stt.${mode}Finalize.websocket()`,
      open: async (load) => (await newClient(load)).stt[`${mode}Finalize`].websocket(audioFormat),
      versions: finalizeVersions,
      importFrom: `@cartesia/cartesia-js/resources/stt/${mode}-finalize/ws`,
      builds: both(`resources/stt/${mode}-finalize/ws`),
    }),
  ),
  {
    family: 'source-router',
    className: 'WebSocketWrapper',
    ...byCompatTts,
    versions: internalLibVersions,
    importFrom: '@cartesia/cartesia-js/backcompat/tts-wrapper',
    builds: [cjs('backcompat/tts-wrapper')],
    broken: [
      {
        format: 'esm',
        file: 'backcompat/tts-wrapper.mjs',
        why: 'upstream-broken: it looks for ws as only CommonJS can; connect() rejects, and advises to "import Cartesia from" elsewhere',
      },
    ],
  },
  {
    family: 'source-router',
    className: 'WebSocketWrapper',
    ...byCompatTts,
    versions: ['3.0.0'],
    importFrom: '@cartesia/cartesia-js/backcompat/tts-wrapper',
    builds: both('backcompat/tts-wrapper'),
  },
  {
    family: 'client',
    className: 'Cartesia',
    ...byClient,
    versions: stainlessVersions,
    importFrom: '@cartesia/cartesia-js',
    builds: both('client'),
  },
  {
    family: 'compat-client',
    className: 'CartesiaClient',
    opened: 'new CartesiaClient() of backcompat',
    open: compatClient,
    versions: stainlessVersions,
    importFrom: '@cartesia/cartesia-js/backcompat/index',
    builds: both('backcompat/index'),
  },
  {
    family: 'resource-client',
    className: 'CartesiaClient',
    opened: 'new CartesiaClient()',
    open: byClient.open,
    versions: fernVersions,
    importFrom: '@cartesia/cartesia-js',
    builds: [cjs('wrapper/Client')],
  },
];
