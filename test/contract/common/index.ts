import { drivers } from '../drivers/index.ts';
import { calling } from './calling.ts';
import { connecting } from './connecting.ts';
import { dropping } from './dropping.ts';
import { ending } from './ending.ts';
import { receiving } from './receiving.ts';

export const scenarios = [...ending, ...calling, ...connecting, ...dropping, ...receiving];

const names = new Set(scenarios.map(({ name }) => name));
if (names.size !== scenarios.length) throw new Error('two scenarios have the same name');
for (const { classNames, bare } of drivers) {
  const unknown = Object.keys(bare).filter((name) => !names.has(name));
  if (unknown.length > 0) throw new Error(`the driver of ${classNames} names no scenario: ${unknown.join(', ')}`);
}
