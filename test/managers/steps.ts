import { type App, type Ran, sdk } from './app.ts';

/** The result of one step. */
export interface Cell {
  /** The words of the table. */
  text: string;
  /** The reasons why the result is wrong. Empty when it is right. */
  problems: string[];
}

export interface Step {
  id: string;
  title: string;
  /** Runs only where the manager's case is thorough. */
  thorough?: true;
  /** @param apps makes the other apps of the manager, on the first call */
  run(app: App, apps: { other(): App; workspace(): App }): Cell;
}

const versions = { first: '3.5.1', second: '4.2.0', unsupported: '3.2.0' };

export { versions };

/** Compares `hangup verify`, without and with its own probe, with a process that loads the SDK. */
function look(app: App, { code }: Ran, expected: { patched?: boolean; version?: string } = {}): Cell {
  const loaded = app.load();
  const { ok, exitCode, copies } = app.verify();
  const patched = loaded.every((one) => one.patched);
  const problems: string[] = [];
  const [{ version } = { version: '' }] = loaded;
  if (!patched && loaded.some((one) => one.patched)) problems.push('only some builds are patched');
  if (ok !== patched) problems.push(`verify says ${ok ? 'patched' : 'not patched'}, a process sees the opposite`);
  const probed = app.verify('--probe');
  if (probed.exitCode !== exitCode)
    problems.push(`with --probe verify exits ${probed.exitCode}: ${probed.error?.message}`);
  // A version without a patch has nothing to probe.
  const verdicts = probed.copies.flatMap(({ probe = [] }) => probe);
  if (verdicts.some((one) => one.patched !== patched)) problems.push(`the probe says ${JSON.stringify(verdicts)}`);
  if (patched && verdicts.length === 0) problems.push('the probe says nothing');
  if (ok !== (exitCode === 0)) problems.push(`verify is ok: ${ok} and exits ${exitCode}`);
  if (copies.some((copy) => copy.version !== version)) problems.push('verify names another version');
  if (expected.patched !== undefined && patched !== expected.patched)
    problems.push(`expected it to be ${expected.patched ? 'patched' : 'unpatched'}`);
  if (expected.version !== undefined && version !== expected.version)
    problems.push(`expected ${expected.version}, loaded ${version}`);
  const refused = code === 0 ? '' : `exit ${code}, `;
  const text = patched ? `patched ${version}` : `bare ${version}, verify exits ${exitCode}`;
  return { text: refused + text, problems };
}

const failedOf = (runs: readonly Ran[]): Ran => runs.find(({ code }) => code !== 0) ?? { code: 0, output: '' };

function initialise(app: App, version: string): Cell {
  const result = app.init();
  const last = failedOf([{ code: result.exitCode, output: '' }, ...app.follow(result)]);
  return look(app, last, { patched: true, version });
}

const manifestAt = (app: App) => app.read('package.json');

export const steps: readonly Step[] = [
  {
    id: 'bare',
    title: 'Before `hangup init`',
    run: (app) => look(app, app.install(), { patched: false, version: versions.first }),
  },
  {
    id: 'hook',
    title: 'The same under `node --import hangup/register`',
    run(app) {
      const runs = app.nodes.flatMap((node) => app.loadHooked(node));
      const problems = runs.flatMap(({ patched, version, verified }) => {
        const sees = `of ${version}, a process sees ${patched ? 'patched' : 'bare'}, verify() says ${verified}`;
        return patched && verified && version === versions.first ? [] : sees;
      });
      const patched = runs.filter((one) => one.patched).length;
      return { text: `patched ${versions.first} in ${patched} of ${runs.length}`, problems };
    },
  },
  { id: 'init', title: '`hangup init --yes` and what it says', run: (app) => initialise(app, versions.first) },
  {
    id: 'again',
    title: '`hangup init` again',
    run(app) {
      const { state, changes } = app.init();
      const told = changes.map(({ path }) => path).join(' and ');
      return { text: state, problems: state === 'unchanged' ? [] : [`it would change ${told}`] };
    },
  },
  {
    id: 'reverted',
    title: '`hangup apply --revert`, and what `hangup doctor` says',
    run(app) {
      const reverted = app.hangup('apply', '--revert');
      // hangup cannot change an archive.
      if (app.isPnp) return look(app, reverted, { patched: true });
      const bare = look(app, reverted, { patched: false });
      const cell = look(app, failedOf(app.follow(app.diagnose())), { patched: true });
      const { ok } = app.diagnose();
      return { ...cell, problems: [...bare.problems, ...cell.problems, ...(ok ? [] : ['doctor names another step'])] };
    },
  },
  {
    id: 'fresh',
    title: 'Fresh install',
    run(app) {
      app.clean();
      return look(app, app.install(), { patched: true });
    },
  },
  {
    id: 'frozen',
    title: 'Fresh install, lockfile frozen',
    thorough: true,
    run(app) {
      app.clean();
      return look(app, app.install(app.manager.frozen), { patched: true });
    },
  },
  {
    id: 'scripts-off',
    title: 'Fresh install, scripts off',
    run(app) {
      app.clean();
      const cell = look(app, app.install(['install', app.manager.withoutScripts]));
      app.install();
      return cell;
    },
  },
  {
    id: 'bump',
    title: 'SDK updated, nothing else',
    run: (app) => look(app, app.install(app.manager.add(`${sdk}@${versions.second}`))),
  },
  {
    id: 'bump-init',
    title: 'SDK updated, between `init --remove` and `init`',
    run(app) {
      app.init('--remove');
      app.install(app.manager.add(`${sdk}@${versions.second}`));
      const cell = initialise(app, versions.second);
      const isStale = app.read('package.json').includes(`${versions.first}.patch`);
      return isStale ? { ...cell, problems: [...cell.problems, 'a key of the old version is left'] } : cell;
    },
  },
  {
    id: 'second',
    title: 'Another project with the same store',
    thorough: true,
    run(app, { other }) {
      const cell = look(other(), other().install(), { patched: false, version: versions.second });
      const first = look(app, { code: 0, output: '' }, { patched: true });
      return {
        text: cell.text,
        problems: [...cell.problems, ...first.problems.map((text) => `in the first: ${text}`)],
      };
    },
  },
  {
    id: 'store',
    title: 'The same, after `hangup apply` there',
    thorough: true,
    run(_, { other }) {
      const app = other();
      const applied = look(app, app.hangup('apply'), { patched: !app.isPnp });
      app.clean();
      // If hangup had written through a link, the store would now hand out patched files.
      const cell = look(app, app.install(), { patched: false });
      return { text: cell.text, problems: [...applied.problems, ...cell.problems] };
    },
  },
  {
    id: 'workspace',
    title: '`hangup init` in a package of a workspace',
    thorough: true,
    run(_, { workspace }) {
      const app = workspace();
      const bare = look(app, app.install(), { patched: false });
      const cell = initialise(app, versions.first);
      const { state } = app.init();
      const again = state === 'unchanged' ? [] : [`init again: ${state}`];
      return { text: cell.text, problems: [...bare.problems, ...cell.problems, ...again] };
    },
  },
  {
    id: 'unsupported',
    title: 'SDK updated to a version without a patch',
    thorough: true,
    run(app) {
      const cell = look(app, app.install(app.manager.add(`${sdk}@${versions.unsupported}`)));
      const before = manifestAt(app);
      const { exitCode } = app.init();
      if (cell.text.includes(`bare ${versions.unsupported}`)) {
        if (exitCode !== 3) cell.problems.push(`init exits ${exitCode} where it should exit 3`);
        if (manifestAt(app) !== before) cell.problems.push('init changed package.json');
      }
      app.init('--remove');
      app.install(app.manager.add(`${sdk}@${versions.second}`));
      app.follow(app.init());
      return cell;
    },
  },
  {
    id: 'remove',
    title: '`hangup init --remove` and what it says',
    thorough: true,
    run(app) {
      const result = app.init('--remove');
      // Only the first command: hangup has left the project, and with Plug'n'Play there is nothing to revert.
      const [first] = app.follow(result);
      const cell = look(app, first!, { patched: false, version: versions.second });
      if (manifestAt(app) !== originalManifest(app)) cell.problems.push('package.json is not what it was');
      if (app.list().length > 0) cell.problems.push(`${app.list().join(' and ')} is left`);
      return cell;
    },
  },
];

const originalManifest = (app: App) => app.original.replace(`"${versions.first}"`, `"${versions.second}"`);
