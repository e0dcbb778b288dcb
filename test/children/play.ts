import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { unique } from '../contract/play.ts';
import type { Cell } from '../support/sdk.ts';
import { closedPort, startVoiceServer, type VoiceServer } from '../support/voice-server.ts';
import type { Claim } from './claim.ts';
import { faultClaims } from './claims-faults.ts';
import { shutdownClaims } from './claims-shutdown.ts';
import { type ChildResult, runChild } from './run-child.ts';

export const claims = unique<Claim>([...shutdownClaims, ...faultClaims]);

export async function asPromised(claim: Claim, cell: Cell): Promise<void> {
  const { result, connections } = await run(claim, cell, claim.within + 5_000);
  const story = JSON.stringify(result);
  assert.equal(result.signal, null, `still alive: ${story}`);
  assert.equal(result.code, 0, story);
  assert.doesNotMatch(result.stderr + result.said.join(), /TESTKEY/);
  assert.match(result.stderr, claim.warns ?? /^$/);
  for (const [index, word] of (claim.says ?? []).entries()) {
    assert.match(result.said[index] ?? '', typeof word === 'string' ? new RegExp(`^${word}$`) : word, story);
  }
  assert.ok(result.ms < claim.within, `${result.ms} ms, not within ${claim.within}: ${story}`);
  assert.ok(connections <= (claim.connections ?? 1), `${connections} connections: ${story}`);
}

export async function run(
  claim: Claim,
  cell: Cell,
  cap: number,
): Promise<{ result: ChildResult; connections: number }> {
  const server = await startVoiceServer(claim.behaviour ?? {});
  try {
    const url = claim.refuse ? `https://127.0.0.1:${closedPort}` : server.url;
    const over = new AbortController();
    if (claim.serverLeaves) void leave(server, claim.connections === 2, over.signal);
    const { env, options } = claim;
    const result = await runChild(
      claim.program,
      cell,
      { url, caFile: server.caFile },
      { cap, ...(env && { env }), ...(options && { options }) },
    );
    over.abort();
    return { result, connections: server.seen.connections.length };
  } finally {
    await server.close();
  }
}

/** Drops the first connection once it is up; the server itself stays only where the child is to come back. */
async function leave(server: VoiceServer, stays: boolean, over: AbortSignal): Promise<void> {
  while (server.seen.upgrades === 0 && !over.aborted) await sleep(5);
  await sleep(100);
  server.inflict(stays ? { kind: 'close', code: 1000 } : { kind: 'reset' });
  if (!stays) await server.close();
}
