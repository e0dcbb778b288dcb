import type { StreamScenario } from '../stage.ts';
import { connecting } from './connecting.ts';
import { ending } from './ending.ts';
import { faults } from './faults.ts';
import { reconnecting } from './reconnecting.ts';
import { unchanged } from './unchanged.ts';

export const scenarios: readonly StreamScenario[] = [
  ...ending,
  ...connecting,
  ...faults,
  ...reconnecting,
  ...unchanged,
];

const names = scenarios.map((scenario) => scenario.name);
if (new Set(names).size !== names.length) throw new Error('two scenarios have the same name');
