/** Node's own WebSocket, where `ws` is not installed: what claims that a process exits is a process, on each Node.js: of each line the
 * release that is pinned and the newest one, because Node changes it in patch releases. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type ChildResult, programs, runChild } from '../children/run-child.ts';
import { nodeOr, nodeReleases } from '../support/nodes.ts';
import { barePackage, type Cell, overlayBundleVariable, patchedPackage } from '../support/sdk.ts';
import { startVoiceServer } from '../support/voice-server.ts';
import { type NativeClaim, nativeClaims, oldClaims, twoSockets } from './claims.ts';

/** 3.0.0 cannot be loaded without `ws`. */
const cells: readonly Cell[] = [
  { version: '3.5.1', delivery: 'overlay', format: 'cjs' },
  { version: '4.2.0', delivery: 'overlay', format: 'esm' },
  { version: '3.5.1', delivery: 'patched', format: 'esm' },
  { version: '4.2.0', delivery: 'patched', format: 'cjs' },
];
const bareCell: Cell = { version: '4.2.0', delivery: 'bare', format: 'esm' };

/** They take Node's own, whether `ws` is installed or not. */
const oldCells: readonly Cell[] = [
  { version: '2.2.9', delivery: 'overlay', format: 'cjs' },
  { version: '2.2.9', delivery: 'patched', format: 'cjs' },
  { version: '1.3.0', delivery: 'overlay', format: 'esm' },
  { version: '1.3.0', delivery: 'patched', format: 'esm' },
];

/** On it nothing listens; on port 1 no `fetch` would even try. */
const refusing = 'https://127.0.0.1:2';
/** A bare child that is alive so long after the shutdown call is believed to hang. */
const bareCap = 3_000;

/** Outside the repository: from here, `ws` is nowhere to be found. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hangup-native-'));
  cpSync(programs, folder, { recursive: true });
  cpSync(process.env[overlayBundleVariable]!, join(folder, 'overlay.mjs'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Node.js 20 has no WebSocket of its own. */
for (const release of nodeReleases.filter((release) => Number.parseInt(release, 10) >= 22)) {
  describe.concurrent(`Node.js ${release}`, () => {
    for (const claim of nativeClaims) {
      if (claim.bare === undefined) continue;
      test(`control: ${claim.bare}: ${claim.name}`, async (context) => {
        const node = await nodeOr(context.skip, release);
        const { code, signal, stderr } = await run(claim, bareCell, node, bareCap);
        assert.deepEqual([code, signal], claim.bare === 'hangs' ? [null, 'SIGKILL'] : [1, null], stderr);
      }, 60_000);
    }
    for (const cell of oldCells) {
      for (const claim of oldClaims) {
        test(`${cell.version} ${cell.format} ${cell.delivery}: ${claim.name}`, async (context) => {
          const node = await nodeOr(context.skip, release);
          promised(claim, await runOld(claim, cell, node, claim.within + 5_000));
        }, 60_000);
      }
    }
    for (const claim of oldClaims.filter(({ bare }) => bare)) {
      test(`control: ${claim.bare}: 2.2.9 ${claim.name}`, async (context) => {
        const node = await nodeOr(context.skip, release);
        const cell: Cell = { version: '2.2.9', delivery: 'bare', format: 'cjs' };
        const { signal, said, stderr } = await runOld(claim, cell, node, bareCap);
        assert.deepEqual([signal, said.at(-1)], ['SIGKILL', 'native'], stderr);
      }, 60_000);
    }
    for (const cell of cells) {
      for (const claim of [...nativeClaims, twoSockets]) {
        test(`${cell.version} ${cell.format} ${cell.delivery}: ${claim.name}`, async (context) => {
          const node = await nodeOr(context.skip, release);
          promised(claim, await run(claim, cell, node, claim.within + 5_000));
        }, 60_000);
      }
    }
  });
}

function promised(claim: NativeClaim, result: NativeResult): void {
  const story = JSON.stringify(result);
  assert.deepEqual([result.code, result.signal, result.stderr], [0, null, ''], story);
  assert.doesNotMatch(result.said.join(), /TESTKEY/);
  for (const [index, word] of (claim.says ?? []).entries()) {
    assert.match(result.said[index] ?? '', typeof word === 'string' ? new RegExp(`^${word}$`) : word, story);
  }
  assert.ok(result.connections <= (claim.connections ?? 1), story);
  assert.ok(result.ms < claim.within, `${result.ms} ms, not within ${claim.within}: ${story}`);
}

interface NativeResult extends ChildResult {
  /** The TCP connections that the server has seen. */
  connections: number;
}

async function run(claim: NativeClaim, cell: Cell, node: string, cap: number): Promise<NativeResult> {
  const server = await startVoiceServer(claim.behaviour);
  try {
    const env = {
      ...claim.env,
      CELL_PACKAGE: packageFor(cell),
      ...(cell.delivery === 'overlay' && { CELL_OVERLAY: join(folder, 'overlay.mjs') }),
    };
    const { options = {} } = claim;
    // A patched class takes its options from the overlay.
    if (cell.delivery === 'patched' && claim.options) Object.assign(env, { CELL_OVERLAY: join(folder, 'overlay.mjs') });
    const { url, caFile } = server;
    const reached = { url: claim.refuse ? refusing : url, caFile };
    const result = await runChild(claim.program, cell, reached, { cap, env, options, node, folder });
    return { ...result, connections: server.seen.connections.length };
  } finally {
    await server.close();
  }
}

/** On the installed packages: they have dependencies. */
async function runOld(claim: NativeClaim, cell: Cell, node: string, cap: number): Promise<NativeResult> {
  // 1.x speaks TLS only to an https: URL, 2.x always.
  const server = await startVoiceServer(claim.behaviour ?? {}, { tls: cell.version.startsWith('2') });
  try {
    const result = await runChild('native-client', cell, server, { cap, node, ...(claim.env && { env: claim.env }) });
    return { ...result, connections: server.seen.connections.length };
  } finally {
    await server.close();
  }
}

/** A copy of the SDK beside the programs. */
function packageFor({ version, delivery }: Cell): string {
  const kind = delivery === 'patched' ? 'patched' : 'bare';
  const copy = join(folder, kind, version, 'node_modules', '@cartesia', 'cartesia-js');
  const source = kind === 'patched' ? patchedPackage(version) : barePackage(version);
  if (mkdirSync(copy, { recursive: true }) !== undefined) {
    cpSync(source, copy, { recursive: true, filter: (path) => !path.endsWith('.map') && !path.includes('/src/') });
  }
  return copy;
}
