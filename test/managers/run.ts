import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nodeBinary, nodeMajors } from '../support/nodes.ts';
import { App, sdk } from './app.ts';
import { cache, installManagers, makeBin, packWithout } from './install.ts';
import { type ManagerCase, managers } from './managers.ts';
import { type Results, readResults, resultsFile } from './results.ts';
import { type Cell, steps, versions } from './steps.ts';

const help = `Usage: npm run test:managers [-- --only npm12,bun] [--update] [--keep]

Installs an app with real package managers and runs "hangup init" in it. After every step it compares the answer of
"hangup verify" with a process that loads the SDK. It needs the npm registry and takes some minutes.

  --only A,B  run these alone: ${managers.map(({ id }) => id).join(', ')}
  --update    write the results to test/managers/results.json, from which docs/package-managers.md is made
  --keep      keep the scratch folder`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    update: { type: 'boolean' },
    keep: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});

if (values.help) console.log(help);
else await main();

async function main(): Promise<void> {
  const only = values.only?.split(',');
  const unknown = only?.filter((id) => managers.every((one) => one.id !== id)) ?? [];
  if (unknown.length > 0) throw new Error(`no manager is called ${unknown.join(' or ')}\n\n${help}`);
  const cases = managers.filter(({ id }) => only?.includes(id) ?? true);
  const started = performance.now();
  installManagers(cases);
  // Plug'n'Play has hooks of its own, and versions of Node handle these in different ways.
  const nodes = cases.some(({ id }) => id === 'yarn4pnp') ? await Promise.all(nodeMajors.map(nodeBinary)) : [];
  const scratch = mkdtempSync(join(tmpdir(), 'hangup-managers-'));
  try {
    const tarball = packWithout(scratch, versions.unsupported);
    const recorded = readResults();
    const results: Results = {};
    let failed = 0;
    let passed = 0;
    for (const manager of cases) {
      console.log(`\n${manager.title} (${manager.package} ${manager.version})`);
      results[manager.id] = runSteps(manager, tarball, join(scratch, manager.id), nodes, (id, cell, log) => {
        const known = recorded[manager.id]?.steps[id];
        if (!values.update && known !== undefined && known !== cell.text) cell.problems.push(`recorded: ${known}`);
        if (cell.problems.length === 0) passed++;
        else failed++;
        console.log(`  ${cell.problems.length === 0 ? 'ok    ' : 'FAILED'}  ${id.padEnd(12)} ${cell.text}`);
        for (const problem of cell.problems) console.log(`            ${problem}`);
        if (cell.problems.length > 0) console.log(log.join('\n').replace(/^/gm, '            '));
      });
    }
    const text = (all: Results) => `${JSON.stringify(all, null, 2)}\n`;
    writeFileSync(join(cache, 'results.json'), text(results));
    const inOrder = (all: Results) =>
      Object.fromEntries(managers.flatMap(({ id }) => (all[id] ? [[id, all[id]]] : [])));
    if (values.update) writeFileSync(resultsFile, text(inOrder({ ...recorded, ...results })));
    console.log(`\n${passed} passed, ${failed} failed, in ${Math.round((performance.now() - started) / 1000)} s`);
    if (values.update) console.log('now run "npm run docs"');
    if (failed > 0) process.exitCode = 1;
  } finally {
    if (values.keep) console.log(`left: ${scratch}`);
    else rmSync(scratch, { recursive: true, force: true });
  }
}

function runSteps(
  manager: ManagerCase,
  tarball: string,
  home: string,
  nodes: readonly string[],
  tell: (id: string, cell: Cell, log: string[]) => void,
): Results[string] {
  makeBin(join(home, 'bin'), manager);
  const { version: ws } = JSON.parse(readFileSync(join(cache, '../../node_modules/ws/package.json'), 'utf8')) as {
    version: string;
  };
  const dependencies = (version: string) => ({ [sdk]: version, hangup: `file:${tarball}`, ws });
  const tried = manager.id === 'yarn4pnp' ? nodes : undefined;
  const app = new App(join(home, 'app'), manager, home, dependencies(versions.first), tried);
  let second: App | undefined;
  let inWorkspace: App | undefined;
  const apps = {
    other() {
      second ??= new App(join(home, 'other'), manager, home, dependencies(versions.second));
      return second;
    },
    workspace() {
      inWorkspace ??= App.inWorkspace(join(home, 'workspace'), manager, home, dependencies(versions.first));
      return inWorkspace;
    },
  };
  const told: Record<string, string> = {};
  for (const { id, thorough, run } of steps) {
    if (thorough && !manager.thorough) continue;
    app.log.length = 0;
    let cell: Cell;
    try {
      cell = run(app, apps);
    } catch (error) {
      cell = { text: 'it broke', problems: [(error as Error).stack ?? String(error)] };
    }
    told[id] = cell.text;
    tell(id, cell, [...app.log, ...[second, inWorkspace].flatMap((one) => one?.log.splice(0) ?? [])]);
  }
  return { title: manager.title, version: manager.version, steps: told };
}
