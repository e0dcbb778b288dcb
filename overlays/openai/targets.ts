import type { Build, Load, Target } from '../sdk.ts';
import { clientOptions, type kinds } from './kinds.ts';
import { packageName } from './package-name.ts';

/** One class of `openai`. `versions` are those that the tests play, oldest first. */
export interface OpenAITarget extends Target {
  readonly family: keyof typeof kinds;
  readonly range: string;
}

type Class = new (...args: unknown[]) => unknown;

const newClient = async (load: Load) => new ((await load(packageName)).OpenAI as Class)(clientOptions);

/** Makes an instance of a class of connections, as an app does. */
function made(importFrom: string, className: string, make: (Class: Class, client: unknown) => unknown) {
  const open = async (load: Load) => make((await load(importFrom))[className] as Class, await newClient(load));
  return { className, importFrom, opened: `new ${className}()`, open };
}

const realtime = (importFrom: string) =>
  made(importFrom, 'OpenAIRealtimeWS', (Class, client) => new Class({ model: 'a-model' }, client));

const client = { className: 'OpenAI', opened: 'new OpenAI()', open: newClient, importFrom: packageName };

/** A module in both builds. The declarations stay as they are. */
function both(module: string): Build[] {
  return [
    { format: 'cjs', file: `${module}.js`, types: `${module}.d.ts` },
    { format: 'esm', file: `${module}.mjs`, types: `${module}.d.ts` },
  ];
}

export const targets: readonly OpenAITarget[] = [
  {
    family: 'realtime',
    ...realtime('openai/beta/realtime/ws'),
    versions: ['4.97.0'],
    range: '>=4.97.0 <8',
    builds: both('beta/realtime/ws'),
  },
  {
    family: 'realtime',
    ...realtime('openai/realtime/ws'),
    versions: ['6.49.0', '7.59.0'],
    range: '>=5.23.0 <8',
    builds: both('realtime/ws'),
  },
  {
    family: 'event-stream',
    ...made('openai/resources/responses/ws', 'ResponsesWS', (Class, client) => new Class(client)),
    versions: ['6.49.0'],
    range: '>=6.39.0 <7',
    builds: both('resources/responses/ws'),
  },
  {
    family: 'client',
    ...client,
    versions: ['4.97.0'],
    range: '>=4.97.0 <5',
    builds: both('index'),
  },
  {
    family: 'client',
    ...client,
    versions: ['6.49.0', '7.59.0'],
    range: '>=5.0.0 <8',
    builds: both('client'),
  },
];
