import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installOnDemand } from '../../support/on-demand.ts';
import { root } from '../../support/sdk.ts';
import { type Case, cases, type Outcome, packages, type Results, wsVersion } from './cases.ts';
import { startProvider } from './provider.ts';

/** A process that has not ended after so many seconds is killed. */
export const limit = 20;

/** Installs the SDKs, all of which share one `ws`: 110 MB. @returns the folder */
export async function install(): Promise<string> {
  const home = join(root, '.cache', 'ws-sdks');
  const specs = Object.entries(packages).map(([name, { version }]) => `${name}@${version}`);
  if (!existsSync(join(home, 'installed'))) {
    await installOnDemand(home, ...specs, `ws@${wsVersion}`);
    writeFileSync(join(home, 'installed'), '');
  }
  return home;
}

/** Runs one app in one case. @returns `undefined` when it does not end by itself */
export async function play(home: string, sdk: string, played: Case, guarded: boolean): Promise<Outcome | undefined> {
  const provider = await startProvider(played);
  const args = ['--import', 'tsx', join(root, 'test/ws/sdks/app.ts'), home, sdk, played, provider.address];
  const child = spawn(process.execPath, guarded ? [...args, 'guarded'] : args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let start = performance.now();
  let timer: NodeJS.Timeout | undefined;
  child.on('message', () => {
    start = performance.now();
    clearTimeout(timer);
    timer = setTimeout(() => child.kill('SIGKILL'), limit * 1000);
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.on('exit', (...how) => resolve(how));
  });
  clearTimeout(timer);
  provider.close();
  if (signal === 'SIGKILL') return undefined;
  return { code, seconds: Math.round((performance.now() - start) / 100) / 10 };
}

/** Measures one SDK after the other. @returns the recorded results, with those of these SDKs */
async function measure(sdks: readonly string[]): Promise<Results> {
  const home = await install();
  const results = recorded();
  for (const sdk of sdks) {
    const measured = (Object.keys(cases) as Case[]).map(async (played) => {
      const [before, after] = await Promise.all([play(home, sdk, played, false), play(home, sdk, played, true)]);
      return [played, { before: before ?? null, after: after ?? null }];
    });
    results[sdk] = Object.fromEntries(await Promise.all(measured));
    console.log(sdk, JSON.stringify(results[sdk]));
  }
  return results;
}

const file = join(root, 'test/ws/sdks/results.json');

export const recorded = (): Results => JSON.parse(readFileSync(file, 'utf8')) as Results;

// npm run test:ws, or for one SDK: npm run test:ws -- hume
if (process.argv[1] === import.meta.filename) {
  const sdks = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(packages);
  writeFileSync(file, `${JSON.stringify(await measure(sdks), undefined, 2)}\n`);
}
