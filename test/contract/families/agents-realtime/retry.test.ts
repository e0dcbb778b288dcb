/** An app tries again as soon as it is told that an attempt has failed. Nothing was ended: the next attempt connects. */
import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { nameOf, socketCells } from '../../../support/cells.ts';
import type { VoiceServer } from '../../../support/voice-server.ts';
import { agentsRealtime, loadAgents, make, optionsFor } from '../../drivers/agents-realtime.ts';
import { LineStage } from '../../every/stage.ts';

const cells = new Map(
  socketCells('overlay')
    .filter(({ broken, target }) => broken === undefined && agentsRealtime.classNames.includes(target.className))
    .map((cell) => [`${cell.version} ${cell.target.className}`, cell]),
);
/** The SDK cannot send it, once the connection is open. */
const unsendable = {
  toJSON() {
    throw new Error('unsendable');
  },
};

describe.each([...cells.values()].map((cell) => [nameOf(cell), cell] as const))('%s', (_, cell) => {
  const isSession = cell.target.className === 'RealtimeSession';
  test.each<[string, VoiceServer['behaviour'], object]>([
    ['during the handshake', { greeting: 'upgrade-stall' }, {}],
    // A session makes its own configuration.
    ...(isSession
      ? []
      : ([['when it was open', {}, { instructions: unsendable, tools: [unsendable] }]] as [string, object, object][])),
  ])('an attempt that has failed %s', async (_, behaviour, initialSessionConfig) => {
    const stage = await LineStage.create(cell, 4_000);
    await stage.serve(behaviour);
    const made = make(cell, await loadAgents(cell), { overlay: { connectTimeout: 100 } });
    made.on('error', () => {});
    await assert.rejects(made.connect({ ...optionsFor(stage.server), initialSessionConfig }));
    stage.server.behaviour = {};
    await made.connect(optionsFor(stage.server));
    assert.equal(made.connected, true);
    await made.disconnect(true);
    await stage.dispose();
  });
});
