import { claims } from '../children/play.ts';
import { driverOf } from '../contract/drivers/index.ts';
import { every } from '../contract/every/index.ts';
import { contextRouter } from '../contract/families/context-router/index.ts';
import { type Row, rowsOf, type Suite } from '../contract/play.ts';
import { socketCells } from '../support/cells.ts';
import type { Format } from '../support/sdk.ts';
import { type Gap, gaps, upstreamVersion } from './proposal.ts';

/** The cells of the proposal: its class, in both builds. */
export const upstreamCells = socketCells('upstream').filter(
  (cell) => cell.version === upstreamVersion && driverOf(cell).classNames.includes('TTSWS'),
);

/** The suites of the contract that the proposal is played against. */
export const played: readonly Suite[] = [every, contextRouter] as Suite[];

/** As a gap names it. */
export const keyOf = (suite: Pick<Suite, 'folder'>, id: string): string => `${suite.folder.split('/').at(-1)}/${id}`;

const keysOf = (suite: Suite): string[] =>
  (rowsOf(suite, upstreamCells[0]!) as Row[]).map(({ id }) => keyOf(suite, id));

/** The scenarios that the proposal is played against, by place. */
export const suites: readonly { title: string; keys: readonly string[] }[] = [
  { title: 'Contexts on one connection', keys: keysOf(played[1]!) },
  { title: 'What every connection keeps', keys: keysOf(played[0]!) },
  { title: 'Exit of a process', keys: claims.map(({ id }) => keyOf({ folder: 'children' }, id)) },
];

const known = new Set(suites.flatMap(({ keys }) => keys));
const unknown = gaps.flatMap(({ scenarios }) => scenarios).filter((key) => !known.has(key));
if (unknown.length > 0) throw new Error(`test/upstream/proposal.ts names no scenario: ${unknown.join(', ')}`);

/** Why the proposal does not cover a scenario; `undefined` where it does. */
export function gapOf(key: string, format: Format, isNode20 = typeof WebSocket === 'undefined'): Gap | undefined {
  const applies = ({ onNode20 }: Gap) => onNode20 === undefined || (isNode20 && onNode20 === format);
  return gaps.find((gap) => gap.scenarios.includes(key) && applies(gap));
}
