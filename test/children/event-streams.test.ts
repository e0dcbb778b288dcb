/** The exit and the survival of a process are tested on a process. */
import assert from 'node:assert/strict';
import { test } from 'vitest';
import type { Mode } from '../contract/drivers/event-stream-sdk.ts';
import { isFull } from '../contract/played.ts';
import { describeCell } from '../support/describe-cell.ts';
import type { Cell } from '../support/sdk.ts';
import { type Behaviour, startVoiceServer } from '../support/voice-server.ts';
import { runChild } from './run-child.ts';

interface Claim {
  name: string;
  kind: string;
  behaviour: Behaviour;
  /** The end of the bare child: it hangs and is killed, or it crashes with an error. */
  bare: 'hangs' | RegExp;
  says?: string;
  warns?: RegExp;
}

const claims: readonly Claim[] = [
  {
    name: 'disconnect(true) in a black hole',
    kind: 'blackHole',
    behaviour: { chunks: Number.POSITIVE_INFINITY, fault: { kind: 'black-hole' }, faultAfter: 1 },
    bare: 'hangs',
    says: 'closed',
  },
  {
    name: 'disconnect() in a back-off of 20 s',
    kind: 'backOff',
    behaviour: { fault: { kind: 'close', code: 1011 } },
    bare: 'hangs',
  },
  {
    name: 'disconnect() while CONNECTING',
    kind: 'connecting',
    behaviour: { greeting: 'upgrade-stall' },
    bare: /closed before the connection (was|is) established/,
  },
  {
    name: 'a 401, with nobody who listens',
    kind: 'refused',
    behaviour: { greeting: 'upgrade-401' },
    bare: /Unexpected server response: 401/,
    warns:
      /^[^\n]*HangupWarning: hangup: Unexpected server response: 401; nothing listens[^\n]*\n[^\n]*trace-warnings[^\n]*\n$/,
  },
  {
    name: 'sendRaw() after the end',
    kind: 'late',
    behaviour: {},
    bare: /cannot send on a closed/,
    says: 'ERR_DISCONNECTED',
  },
  ...(
    [
      ['__proto__', { kind: 'text', data: '{"type":"__proto__"}' }, /is not a function/, /cannot read/],
      [
        'an error event that quotes the key',
        { kind: 'error-event', withContext: false, message: 'no sk_car_TESTKEYdonotprint' },
        /WebSocketError/,
        /\[redacted\]/,
      ],
    ] as const
  ).map(
    ([name, fault, bare, warns]): Claim => ({
      name: `${name}, with nobody who listens`,
      kind: 'nobodyListens',
      behaviour: { fault },
      bare,
      warns,
    }),
  ),
];

const modes: readonly Mode[] = ['auto', 'manual'];
/** Outside a full run the newest version is enough: test/contract has the others. */
const cells: readonly Cell[] = (
  [
    { version: '4.2.0', delivery: 'patched', format: 'cjs' },
    { version: '4.2.0', delivery: 'overlay', format: 'esm' },
    { version: '4.2.0', delivery: 'bare', format: 'cjs' },
    { version: '3.2.0', delivery: 'patched', format: 'esm' },
    { version: '3.2.0', delivery: 'overlay', format: 'cjs' },
    { version: '3.2.0', delivery: 'bare', format: 'cjs' },
  ] as const
).slice(0, isFull ? 6 : 2);

for (const [index, cell] of cells.entries()) {
  const mode = modes[index % 2]!;
  const className = mode === 'auto' ? 'AutoFinalizeWS' : 'ManualFinalizeWS';
  describeCell({ ...cell, target: { className } }, () => {
    for (const claim of claims) {
      const name = cell.delivery === 'bare' ? `control: ${claim.name}` : claim.name;
      test(name, () => check(claim, cell, mode), 60_000);
    }
  });
}

async function check({ kind, behaviour, bare, says, warns }: Claim, cell: Cell, mode: Mode): Promise<void> {
  const server = await startVoiceServer(behaviour);
  try {
    const isBare = cell.delivery === 'bare';
    const result = await runChild('transcribe', cell, server, {
      cap: isBare ? 3_000 : 8_000,
      env: { KIND: kind, MODE: mode },
    });
    const story = JSON.stringify(result);
    if (isBare && bare === 'hangs') assert.equal(result.signal, 'SIGKILL', story);
    else if (isBare) {
      assert.equal(result.code, 1, story);
      assert.match(result.stderr, bare as RegExp);
    } else {
      assert.deepEqual({ code: result.code, signal: result.signal }, { code: 0, signal: null }, story);
      assert.ok(result.ms < 3_000, story);
      assert.match(result.stderr, warns ?? /^$/);
      assert.doesNotMatch(story, /TESTKEY/);
      if (says !== undefined) assert.deepEqual(result.said, [says]);
      assert.equal(server.seen.connections.length, 1);
    }
  } finally {
    await server.close();
  }
}
