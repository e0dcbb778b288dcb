import type { Load, Target } from '../sdk.ts';
import { clientOptions, type kinds } from './kinds.ts';
import { packageName } from './package-name.ts';

/** One class of `@speechmatics/real-time-client`. `versions` are those that the tests play, oldest first. */
export interface SpeechmaticsTarget extends Target {
  readonly family: keyof typeof kinds;
  readonly range: string;
}

type Class = new (options: object) => unknown;

export const targets: readonly SpeechmaticsTarget[] = [
  {
    family: 'recognizer',
    className: 'RealtimeClient',
    bundler: 'rollup',
    importFrom: packageName,
    opened: 'new RealtimeClient()',
    open: async (load: Load) => new ((await load(packageName)).RealtimeClient as Class)(clientOptions),
    versions: ['8.2.0', '8.5.1'],
    range: '>=8.2.0 <9',
    // Node has one build: an ES module loads this file too. The other file is for browsers.
    builds: [{ format: 'cjs', file: 'dist/index.js', types: 'dist/index.d.ts' }],
  },
];
