import type { Build, Load, Target } from '../sdk.ts';
import { agent, type kinds } from './kinds.ts';
import { packageName } from './package-name.ts';

/** One class of `@openai/agents-realtime`. `versions` are those that the tests play, oldest first. */
export interface AgentsRealtimeTarget extends Target {
  readonly family: keyof typeof kinds;
  readonly range: string;
}

type Class = new (...args: unknown[]) => unknown;

const versions = ['0.1.0', '0.8.0', '0.20.0'];
const range = '>=0.1.0 <0.21.0';

/** A class that the main module exports. @param module defines it @param args make an instance, as an app does */
function target(family: keyof typeof kinds, className: string, module: string, args: readonly unknown[]) {
  const file = (ending: string) => `dist/${module}.${ending}`;
  const builds: Build[] = [
    { format: 'cjs', file: file('js'), types: file('d.ts') },
    { format: 'esm', file: file('mjs'), types: file('d.ts') },
  ];
  const open = async (load: Load) => new ((await load(packageName))[className] as Class)(...args);
  return { family, className, importFrom: packageName, opened: `new ${className}()`, open, builds, versions, range };
}

export const targets: readonly AgentsRealtimeTarget[] = [
  target('transport', 'OpenAIRealtimeWebSocket', 'openaiRealtimeWebsocket', [{ model: 'a-model' }]),
  {
    ...target('session', 'RealtimeSession', 'realtimeSession', [agent, { transport: 'websocket' }]),
    typeParameters: '<TBaseContext = unknown>',
  },
];
