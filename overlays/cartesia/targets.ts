import { packageName } from './package-name.ts';

/** One class of `@cartesia/cartesia-js` and the published versions in which it has the same shape. */
export interface Target {
  /** Named by behaviour, because version numbers go stale. */
  family:
    | 'context-router'
    | 'event-stream'
    | 'source-router'
    | 'reconnecting'
    | 'client'
    | 'resource-client'
    | 'compat-client'
    | 'nested-client'
    | 'nested-speaker';
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

export { packageName };

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
const chunks1: Readonly<Record<string, Record<'WebSocket' | 'Client' | 'TTS', string>>> = {
  '1.0.0-alpha.4': { WebSocket: 'IQAXBRHU', Client: 'PQ5EVEEH', TTS: 'VK7LBMVI' },
  '1.0.0': { WebSocket: 'FN7BK4PS', Client: 'PQ5EVEEH', TTS: 'F4QWVJY3' },
  '1.0.1': { WebSocket: 'ASZKHN7Q', Client: '5M33ZF3Y', TTS: '2NA5SEML' },
  '1.1.0': { WebSocket: 'L3OMQKWL', Client: '6PWLZAMS', TTS: 'MUPVAEL7' },
  '1.2.1': { WebSocket: 'HQOC2S6C', Client: 'FLWYXP5Z', TTS: 'EYRYHK3X' },
  '1.3.0': { WebSocket: 'CJZSHIRI', Client: 'FLWYXP5Z', TTS: 'QT5LHJ3D' },
};
const broken1: NonNullable<Target['broken']> = [
  { format: 'CommonJS', why: 'upstream-broken: "import_emittery2.default is not a constructor"' },
];

export const targets: readonly Target[] = [
  ...Object.entries(chunks1).flatMap(([version, chunks]): Target[] => {
    const common = { versions: [version], importFrom: packageName, builds: ['js'], broken: broken1 } as const;
    const chunk = (className: keyof typeof chunks, chunkOf: string) => {
      return { ...common, className, module: `dist/chunk-${chunks[className]}`, chunkOf };
    };
    return [
      { ...chunk('WebSocket', 'dist/tts/websocket'), family: 'reconnecting', opened: 'tts.websocket()' },
      // What `Cartesia` and its parts have in common; it has nothing of its own.
      { ...chunk('Client', 'dist/lib/client'), family: 'nested-client', opened: 'new Cartesia()' },
      // It alone knows which client a connection is of.
      { ...chunk('TTS', 'dist/tts/index'), family: 'nested-speaker', opened: 'new Cartesia().tts' },
    ];
  }),
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
    family: 'compat-client',
    className: 'CartesiaClient',
    opened: 'new CartesiaClient() of backcompat',
    versions: ['3.0.0', ...since31],
    importFrom: '@cartesia/cartesia-js/backcompat/index',
    module: 'backcompat/index',
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

/** The module format of one of its builds. */
export function formatOf({ chunkOf }: Target, build: Target['builds'][number]): 'cjs' | 'esm' {
  return build === 'mjs' || chunkOf !== undefined ? 'esm' : 'cjs';
}

/** The builds of a version that can be loaded, by their formats. */
export function formatsIn(version: string): ('cjs' | 'esm')[] {
  const formats = targets
    .filter(({ versions }) => versions.includes(version))
    .flatMap((target) => target.builds.map((build) => formatOf(target, build)));
  return [...new Set(formats)];
}

/** Not by `localeCompare()`: the first one in a process loads a collation, which takes longer than all of the overlay. */
function byRelease(one: string, other: string): number {
  const [a, b] = [one.split(/[.-]/), other.split(/[.-]/)];
  const differing = [0, 1, 2].find((part) => a[part] !== b[part]);
  if (differing !== undefined) return Number(a[differing]) - Number(b[differing]);
  // A pre-release (1.0.0-alpha.4) comes before its release.
  return b.length - a.length;
}

/** Every version that has a target, in order of release. */
export const supportedVersions: readonly string[] = [...new Set(targets.flatMap(({ versions }) => versions))].sort(
  byRelease,
);
