import type { Scenario } from '../stage.ts';
import { badFrames } from './bad-frames.ts';
import { cancelling } from './cancelling.ts';
import { connecting } from './connecting.ts';
import { disconnecting } from './disconnecting.ts';
import { disconnectingSafely } from './disconnecting-safely.ts';
import { errorEvents } from './error-events.ts';
import { lateCalls } from './late-calls.ts';
import { receiveLoops } from './receive-loops.ts';
import { reconnecting } from './reconnecting.ts';
import { unchanged } from './unchanged.ts';

export const scenarios: readonly Scenario[] = [
  ...disconnecting,
  ...disconnectingSafely,
  ...lateCalls,
  ...receiveLoops,
  ...cancelling,
  ...connecting,
  ...badFrames,
  ...errorEvents,
  ...reconnecting,
  ...unchanged,
];

const names = scenarios.map((scenario) => scenario.name);
if (new Set(names).size !== names.length) throw new Error('two scenarios have the same name');
