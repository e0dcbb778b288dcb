import type { Build, Load, Target } from '../sdk.ts';
import { clientOptions, type kinds } from './kinds.ts';
import { packageName } from './package-name.ts';

/** One class of `assemblyai`. `versions` are those that the tests play, oldest first. */
export interface AssemblyAITarget extends Target {
  readonly family: keyof typeof kinds;
  readonly range: string;
}

type Class = new (options: object) => unknown;
interface Client {
  readonly streaming: { transcriber(params: object): unknown };
  readonly realtime: { transcriber(params: object): unknown };
}

const params = { ...clientOptions, sampleRate: 16_000 };
const newClient = async (load: Load) =>
  new ((await load(packageName)).AssemblyAI as Class)({ ...clientOptions }) as Client;

/** A module that the SDK's bundler has made, in both builds. @param types the declarations of the class */
function bundles(name: string, types: string): Build[] {
  return [
    { format: 'cjs', file: `dist/${name}.cjs`, types: `dist/services/${types}` },
    { format: 'esm', file: `dist/${name}.mjs`, types: `dist/services/${types}` },
  ];
}

const made = { family: 'transcriber', bundler: 'rollup' } as const;
/** The types of both modules are one. */
const types = { StreamingTranscriber: 'streaming/service.d.ts', RealtimeTranscriber: 'realtime/service.d.ts' } as const;
type ClassName = keyof typeof types;

/** The class of `assemblyai`, of which a client makes the instances. */
const ofClient = (className: ClassName, part: keyof Client) => ({
  ...made,
  className,
  importFrom: packageName,
  opened: `client.${part}.transcriber()`,
  open: async (load: Load) => (await newClient(load))[part].transcriber(params),
  builds: bundles('node', types[className]),
});

/** The class of the same name in `assemblyai/streaming`, which is another one. */
function alone(className: ClassName) {
  const importFrom = `${packageName}/streaming`;
  const open = async (load: Load) => new ((await load(importFrom))[className] as Class)(params);
  const builds = bundles('streaming', types[className]);
  return { ...made, className, importFrom, opened: `new ${className}() of ${importFrom}`, open, builds };
}

const versions = ['4.13.2', '4.36.4', '4.41.5'];
const range = '>=4.13.0 <5';

export const targets: readonly AssemblyAITarget[] = [
  { ...ofClient('StreamingTranscriber', 'streaming'), versions, range },
  { ...ofClient('RealtimeTranscriber', 'realtime'), versions, range },
  {
    family: 'client',
    className: 'AssemblyAI',
    bundler: 'rollup',
    importFrom: packageName,
    opened: 'new AssemblyAI()',
    open: newClient,
    builds: bundles('node', 'index.d.ts'),
    versions,
    range,
  },
  { ...alone('StreamingTranscriber'), versions: ['4.38.0'], range: '>=4.34.0 <5' },
  { ...alone('RealtimeTranscriber'), versions: ['4.38.0'], range },
];
