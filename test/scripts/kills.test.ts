import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyBelow } from '../../scripts/commands/apply.ts';
import { hangup, install, name, root, run, scratch, tree } from '../support/patching.ts';

/** How many moments, four fifths of them SIGKILL; more with HANGUP_KILLS. HANGUP_SEED repeats the delays, as far as a clock can. */
const moments = Number(process.env.HANGUP_KILLS ?? 60);
const seed = Number(process.env.HANGUP_SEED ?? Math.floor(Math.random() * 2 ** 32));

/** Several copies, so that a good part of a run is spent on writing. */
const copies = [
  [name, '4.2.0'],
  ['tts-alias', '4.2.0'],
  ['tts-old', '3.5.1'],
  [`agent/node_modules/${name}`, '3.1.0'],
] as const;

function makeProject(): string {
  const dir = scratch();
  for (const [folder, version] of copies) install(join(dir, 'node_modules', folder), version, 'whole');
  symlinkSync(join(root, 'node_modules/ws'), join(dir, 'node_modules/ws'));
  return dir;
}

/** Loads both builds of every copy in a process of its own; the classes of the patched ones have to be hangup's. */
async function load(dir: string, patched: readonly string[]): Promise<void> {
  const folders = copies.map(([folder]) => join(dir, 'node_modules', folder));
  const code = `
    import { createRequire } from 'node:module';
    import { pathToFileURL } from 'node:url';
    const require = createRequire(import.meta.url);
    for (const folder of ${JSON.stringify(folders)}) {
      for (const [build, load] of [['js', require], ['mjs', (file) => import(pathToFileURL(file))]]) {
        await load(folder + '/index.' + build);
        const { TTSWS } = await load(folder + '/resources/tts/ws.' + build);
        if (${JSON.stringify(patched)}.includes(folder) && !('disconnect' in TTSWS.prototype))
          throw new Error(folder + ' is called patched, but its ' + build + ' is not');
      }
    }`;
  const loaded = await run(process.execPath, ['--input-type=module', '--eval', code], { cwd: dir });
  expect(loaded).toMatchObject({ code: 0, stderr: '' });
}

/** mulberry32 */
function generator(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test(`killed at ${moments} random moments: what verify calls patched is, everything loads, the next run heals`, {
  timeout: 20_000 + moments * 10_000,
}, async () => {
  const dir = makeProject();
  const random = generator(seed);
  /** ms */
  let whole = 0;
  const runWhole = async (args: string[]) => {
    const start = performance.now();
    expect(await hangup(args)).toMatchObject({ code: 0 });
    whole = performance.now() - start;
  };
  const pristine = tree(dir);
  await runWhole(['apply', '--dir', dir]);
  const patched = tree(dir);
  await runWhole(['apply', '--revert', '--dir', dir]);
  expect(tree(dir)).toEqual(pristine);

  const seen = { before: 0, midway: 0, after: 0 };
  console.log(`HANGUP_SEED=${seed}`);
  for (let moment = 0; moment < moments; moment++) {
    // SIGINT is Ctrl+C.
    const signal = moment % 5 === 4 ? 'SIGINT' : 'SIGKILL';
    const revert = moment % 2 === 1;
    const args = ['apply', ...(revert ? ['--revert'] : []), '--dir', dir];
    const [from, to] = revert ? [patched, pristine] : [pristine, patched];
    applyBelow(dir, { revert: !revert });
    const { code } = await hangup(args, { kill: { signal, after: random() * whole } });
    const left = JSON.stringify(tree(dir));
    const moved = left === JSON.stringify(to) ? 'after' : left === JSON.stringify(from) ? 'before' : 'midway';
    seen[moved] += 1;
    if (code === 0) expect(moved).toBe('after');
    const { copies, error } = applyBelow(dir, { check: true });
    expect(error).toBeUndefined();
    await load(
      dir,
      copies.filter(({ state }) => state === 'patched').map(({ path }) => path),
    );
    if (moved === 'before') await runWhole(args);
    else expect(await hangup(args)).toMatchObject({ code: 0 });
    expect(tree(dir)).toEqual(to);
  }
  console.log(`${JSON.stringify(seen)}, a whole run takes ${Math.round(whole)} ms`);
  // It was really stopped while it was writing, and not only before or after.
  expect(seen.midway).toBeGreaterThan(0);
});
