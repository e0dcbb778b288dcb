/** One class of `@cartesia/cartesia-js` and the published versions in which it has the same shape. */
export interface Target {
  /** Named by behaviour, because version numbers go stale. */
  family: 'context-router' | 'event-stream' | 'client';
  className: string;
  /** How users get one. */
  opened: string;
  /** Every published version of the family. A version that is not listed is refused, never guessed. */
  versions: readonly string[];
  /** Public subpath that exports the class, for use in code. */
  importFrom: string;
  /** The module that defines the class, without extension, relative to the package root. */
  module: string;
  /** The builds of that module that the version ships. */
  builds: readonly ('js' | 'mjs')[];
}

export const packageName = '@cartesia/cartesia-js';

const since32 = ['3.2.0', '3.3.0', '3.4.0', '3.5.0', '3.5.1', '4.2.0'] as const;
const since31 = ['3.1.0', ...since32] as const;

export const targets: readonly Target[] = [
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
    family: 'client',
    className: 'Cartesia',
    opened: 'new Cartesia()',
    versions: ['3.0.0', ...since31],
    importFrom: '@cartesia/cartesia-js',
    module: 'client',
    builds: ['js', 'mjs'],
  },
];

/** Every version that has a target, in order of release. */
export const supportedVersions: readonly string[] = [...new Set(targets.flatMap(({ versions }) => versions))].sort(
  // A pre-release (1.0.0-alpha.4) comes before its release.
  (a, b) => `${a}~`.localeCompare(`${b}~`, 'en', { numeric: true }),
);
