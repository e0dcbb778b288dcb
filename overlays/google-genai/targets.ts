import type { Build, Load, Target } from '../sdk.ts';
import { clientOptions, type kinds } from './kinds.ts';
import { packageName } from './package-name.ts';

/** One class of `@google/genai`. `versions` are those that the tests play, oldest first. */
export interface GoogleGenAITarget extends Target {
  readonly family: keyof typeof kinds;
  readonly range: string;
}

type Class = new (...args: unknown[]) => unknown;

const session = {
  family: 'session',
  className: 'Session',
  opened: 'client.live.connect()',
  // No server is there to open one.
  open: async (load: Load) => new ((await load(packageName)).Session as Class)({}, {}),
} as const;

const client = {
  family: 'client',
  className: 'GoogleGenAI',
  opened: 'new GoogleGenAI()',
  open: async (load: Load) => new ((await load(packageName)).GoogleGenAI as Class)(clientOptions),
} as const;

const types = 'dist/node/node.d.ts';
const common: Build = { format: 'cjs', file: 'dist/node/index.js', types };
const both: readonly Build[] = [
  { format: 'cjs', file: 'dist/node/index.cjs', types },
  { format: 'esm', file: 'dist/node/index.mjs', types },
];

export const targets: readonly GoogleGenAITarget[] = [session, client].flatMap((target) => {
  const made = { ...target, importFrom: packageName, bundler: 'rollup' } as const;
  return [
    { ...made, versions: ['0.7.0'], range: '>=0.7.0 <=1.0.0', builds: [common] },
    { ...made, versions: ['2.32.0', '3.3.0'], range: '>=1.0.1 <4', builds: both },
  ];
});
