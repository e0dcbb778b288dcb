import { satisfies } from 'semver';
import { managers as known } from '../../scripts/managers/index.ts';
import { writeTables } from '../support/generated-tables.ts';
import { managers } from './managers.ts';
import { readResults } from './results.ts';

// Makes the table of docs/package-managers.md from the recorded results of test:managers.
const columns = {
  fresh: 'Fresh install',
  frozen: 'Frozen lockfile',
  'scripts-off': 'Scripts off',
  reverted: 'Reverted',
  bump: 'SDK updated, `init` not run again',
  unsupported: 'To an SDK without a patch',
  workspace: 'Set up in a package of a workspace',
};

const results = readResults();
const untried = known.flatMap(({ name, deliveries }) =>
  deliveries
    .filter(({ range }) => !managers.some(({ command, version }) => command === name && satisfies(version, range)))
    .map(({ range }) => `no case of test/managers/managers.ts is a ${name} ${range}`),
);
const outdated = managers
  .filter(({ id, version }) => results[id]?.version !== version)
  .map(
    ({ id, version }) =>
      `test/managers/results.json has no results of ${id} ${version}: run "npm run test:managers -- --update"`,
  );
const rows = managers.map(({ id, title, version }) => [
  `${title} (${version})`,
  ...Object.keys(columns).map((step) => words(results[id]?.steps[step])),
]);
writeTables(
  'docs/package-managers.md',
  'managers',
  [[['', ...Object.values(columns)], ...rows]],
  [...untried, ...outdated],
);

/** The recorded words without their versions. A dash stands for a step that was not tried. */
function words(cell: string | undefined): string {
  if (cell === undefined) return '–';
  const [, exit, state, , verify] = /^(?:exit (\d+), )?(patched|bare) (\S+?)(?:, verify exits (\d))?$/.exec(cell) ?? [];
  if (state === 'patched') return exit === undefined ? 'patched' : `refused (exit ${exit}), stays patched`;
  if (state === 'bare') return `${exit === undefined ? '' : `exit ${exit}, `}unpatched, \`verify\` exits ${verify}`;
  throw new Error(`"${cell}" is not a result`);
}
