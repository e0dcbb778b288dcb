import { writeTables } from '../../support/generated-tables.ts';
import { type Case, cases, type Outcome, packages } from './cases.ts';
import { limit, recorded } from './run.ts';

// Makes the table of docs/ws.md from the recorded results of test:ws.
const results = recorded();
const missing = Object.keys(packages)
  .filter((sdk) => results[sdk] === undefined)
  .map((sdk) => `test/ws/sdks/results.json has no results of ${sdk}: run "npm run test:ws"`);
const rows = Object.entries(packages)
  .filter(([sdk]) => results[sdk] !== undefined)
  .map(([sdk, { version, left }]) => [
    `\`${sdk}\` ${version}`,
    ...(Object.keys(cases) as Case[]).map((played) => {
      const { before, after } = results[sdk]![played];
      return before !== null && after !== null && words(before) === words(after)
        ? `${words(before)}, both`
        : `${words(before)} → ${words(after)}`;
    }),
    left,
  ]);
const heads = Object.values(cases).map((text) => text[0]!.toUpperCase() + text.slice(1));
writeTables('docs/ws.md', 'sdks', [[['SDK', ...heads, 'Not helped'], ...rows]], missing);

/** In whole seconds. */
function words(outcome: Outcome | null): string {
  if (outcome === null) return `runs on after ${limit} s`;
  if (outcome.code !== 0) return `exits with ${outcome.code}`;
  return outcome.seconds < 1 ? 'ends at once' : `ends after ${Math.round(outcome.seconds)} s`;
}
