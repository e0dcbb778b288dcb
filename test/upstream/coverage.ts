import { claims } from '../children/play.ts';
import { scenarios as lineScenarios } from '../contract/common/index.ts';
import { contextRouter } from '../contract/drivers/context-router.ts';
import { scenarios } from '../contract/scenarios/index.ts';
import type { Format } from '../support/sdk.ts';
import { type Gap, gaps, upstreamVersion } from './proposal.ts';

const namesOf = (all: readonly { name: string }[]) => all.map(({ name }) => name);

/** What the proposal is played against. */
export const suites: readonly { title: string; names: readonly string[] }[] = [
  {
    title: 'Contexts on one connection',
    names: namesOf(scenarios.filter((one) => one.concerns?.(upstreamVersion) !== false)),
  },
  {
    title: 'What every connection keeps',
    names: namesOf(lineScenarios.filter((one) => one.concerns?.(contextRouter) !== false)),
  },
  { title: 'Exit of a process', names: namesOf(claims) },
];

const known = new Set(suites.flatMap(({ names }) => names));
const unknown = gaps.flatMap(({ scenarios }) => scenarios).filter((name) => !known.has(name));
if (unknown.length > 0) throw new Error(`test/upstream/proposal.ts names no scenario: ${unknown.join(', ')}`);

/** Why the proposal does not cover a scenario; `undefined` where it does. */
export function gapOf(
  scenario: string,
  format: Format,
  isNode20 = typeof WebSocket === 'undefined',
): string | undefined {
  const applies = ({ onNode20 }: Gap) => onNode20 === undefined || (isNode20 && onNode20 === format);
  return gaps.find((gap) => gap.scenarios.includes(scenario) && applies(gap))?.why;
}
