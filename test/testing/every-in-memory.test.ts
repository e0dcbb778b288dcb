/** Plays the contract of every connection on the provider in memory: for the SDK, it is like one on the network. */
import { describe, test } from 'vitest';
import { fakeProvider } from '../../testing/index.ts';
import { patience } from '../contract/column.ts';
import type { SocketCell } from '../contract/driver.ts';
import { driverOf } from '../contract/drivers/index.ts';
import { every } from '../contract/every/index.ts';
import { LineStage } from '../contract/every/stage.ts';
import { rowsOf, type Suite } from '../contract/play.ts';
import { isLong } from '../contract/played.ts';
import { nameOf } from '../support/cells.ts';
import type { VoiceServer } from '../support/voice-server.ts';

class MemoryStage extends LineStage {
  override async serve(behaviour: VoiceServer['behaviour'] = {}): Promise<VoiceServer> {
    const provider = Object.assign(fakeProvider(behaviour), { ca: '', caFile: '' });
    this.servers.push(provider);
    return provider;
  }
}

const inMemory: Suite<LineStage> = {
  ...every,
  async stage(cell, patience, over) {
    const driver = driverOf(cell);
    return new MemoryStage(cell, driver, await driver.load(cell), patience, over);
  },
};

/**
 * One format of the newest version of each class, because its socket comes from there. Outside a long run, one class of each driver:
 * classes of one family speak one protocol.
 */
const played = ({ target }: SocketCell) => (isLong ? target.className : driverOf({ target }));
const cells = every
  .cells('overlay')
  .filter((cell, _, all) => cell === all.findLast((other) => played(other) === played(cell)));

describe.concurrent.each(cells.map((cell) => [nameOf(cell), cell] as const))('%s', (_, cell) => {
  for (const { name, play } of rowsOf(inMemory, cell)) test(name, () => play(patience));
});
