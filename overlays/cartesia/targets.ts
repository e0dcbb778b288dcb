/** One class of `@cartesia/cartesia-js` and the published versions in which it has the same shape. */
export interface Target {
  /** Named by behaviour, because version numbers go stale. */
  family: 'context-router' | 'event-stream' | 'source-router' | 'reconnecting' | 'client' | 'resource-client';
  className: string;
  /** How users get one. */
  opened: string;
  /** Every published version of the family. A version that is not listed is refused, never guessed. */
  versions: readonly string[];
  /** Public subpath that exports the class, for use in code. */
  importFrom: string;
  /** The module that defines the class, without extension, relative to the package root. */
  module: string;
  /** The class is in a chunk of an ES module build, which has no declarations: the module that has them. */
  chunkOf?: string;
  /** The class is the module's default export. */
  isDefault?: true;
  /** The builds of that module that the version ships and that can be loaded. */
  builds: readonly ('js' | 'mjs')[];
  /** Builds that the version ships and nobody can load or connect with, so that there is nothing to patch. */
  broken?: readonly { format: 'CommonJS' | 'ES module'; why: `upstream-broken: ${string}` }[];
}

export const packageName = '@cartesia/cartesia-js';

const since32 = ['3.2.0', '3.3.0', '3.4.0', '3.5.0', '3.5.1', '4.2.0'] as const;
const since31 = ['3.1.0', ...since32] as const;

const all2 = [
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

/** 1.x: the bundler's name for the chunk that defines the class differs in every version. */
const chunks1: Readonly<Record<string, string>> = {
  '1.0.0-alpha.4': 'IQAXBRHU',
  '1.0.0': 'FN7BK4PS',
  '1.0.1': 'ASZKHN7Q',
  '1.1.0': 'L3OMQKWL',
  '1.2.1': 'HQOC2S6C',
  '1.3.0': 'CJZSHIRI',
};

export const targets: readonly Target[] = [
  ...Object.entries(chunks1).map(
    ([version, chunk]): Target => ({
      family: 'reconnecting',
      className: 'WebSocket',
      opened: 'tts.websocket()',
      versions: [version],
      importFrom: packageName,
      module: `dist/chunk-${chunk}`,
      chunkOf: 'dist/tts/websocket',
      builds: ['js'],
      broken: [{ format: 'CommonJS', why: 'upstream-broken: "import_emittery2.default is not a constructor"' }],
    }),
  ),
  {
    family: 'reconnecting',
    className: 'Websocket',
    opened: 'tts.websocket()',
    versions: all2,
    importFrom: '@cartesia/cartesia-js/wrapper/Websocket',
    module: 'wrapper/Websocket',
    isDefault: true,
    builds: ['js'],
  },
  {
    family: 'reconnecting',
    className: 'SttWebsocket',
    opened: 'stt.websocket()',
    versions: all2.slice(all2.indexOf('2.2.4')),
    importFrom: packageName,
    module: 'wrapper/SttWebsocket',
    isDefault: true,
    builds: ['js'],
  },
  {
    family: 'context-router',
    className: 'TTSWS',
    opened: 'tts.websocket()',
    versions: since31,
    importFrom: '@cartesia/cartesia-js/resources/tts/ws',
    module: 'internal/lib/tts/ws',
    builds: ['js', 'mjs'],
  },
  {
    family: 'context-router',
    className: 'TTSWS',
    opened: 'tts.websocket()',
    versions: ['3.0.0'],
    importFrom: '@cartesia/cartesia-js/resources/tts/ws',
    module: 'resources/tts/ws',
    builds: ['js', 'mjs'],
  },
  ...(['auto', 'manual'] as const).map(
    (mode): Target => ({
      family: 'event-stream',
      className: mode === 'auto' ? 'AutoFinalizeWS' : 'ManualFinalizeWS',
      opened: `stt.${mode}Finalize.websocket()`,
      versions: since32,
      importFrom: `@cartesia/cartesia-js/resources/stt/${mode}-finalize/ws`,
      module: `resources/stt/${mode}-finalize/ws`,
      builds: ['js', 'mjs'],
    }),
  ),
  {
    family: 'source-router',
    className: 'WebSocketWrapper',
    opened: 'tts.websocket() of backcompat',
    versions: since31,
    importFrom: '@cartesia/cartesia-js/backcompat/tts-wrapper',
    module: 'backcompat/tts-wrapper',
    builds: ['js'],
    broken: [
      {
        format: 'ES module',
        why: 'upstream-broken: it looks for ws as only CommonJS can; connect() rejects, and advises to "import Cartesia from" elsewhere',
      },
    ],
  },
  {
    family: 'source-router',
    className: 'WebSocketWrapper',
    opened: 'tts.websocket() of backcompat',
    versions: ['3.0.0'],
    importFrom: '@cartesia/cartesia-js/backcompat/tts-wrapper',
    module: 'backcompat/tts-wrapper',
    builds: ['js', 'mjs'],
  },
  {
    family: 'client',
    className: 'Cartesia',
    opened: 'new Cartesia()',
    versions: ['3.0.0', ...since31],
    importFrom: '@cartesia/cartesia-js',
    module: 'client',
    builds: ['js', 'mjs'],
  },
  {
    family: 'resource-client',
    className: 'CartesiaClient',
    opened: 'new CartesiaClient()',
    versions: all2,
    importFrom: '@cartesia/cartesia-js',
    module: 'wrapper/Client',
    builds: ['js'],
  },
];

/** Every version that has a target, in order of release. */
export const supportedVersions: readonly string[] = [...new Set(targets.flatMap(({ versions }) => versions))].sort(
  // A pre-release (1.0.0-alpha.4) comes before its release.
  (a, b) => `${a}~`.localeCompare(`${b}~`, 'en', { numeric: true }),
);
