/** Random sequences on raw sockets: see `test/contract/every/property.test.ts`. */
import { beforeAll, describe, it } from 'vitest';
import { holds, noteUnhandled } from '../contract/every/random-lines.ts';
import { sequencesOf } from '../contract/sequences.ts';
import { cellOf, dial, driverOf, type Way } from './lines.ts';

beforeAll(noteUnhandled);

/** Without a listener, an error of a raw socket ends the process, as `ws` has it. */
const listening = (way: Way) => ({
  ...driverOf(way),
  load: async () => (server: Parameters<ReturnType<typeof dial>>[0]) => dial(way)(server, { listen: true }),
});

describe.each(['socket', 'class', 'wrapper', 'wrapper class'] as const)('hangup/ws: %s', (way) => {
  const sequences = sequencesOf(`ws ${way}`, 20);
  const timeout = 30_000 + sequences.count * 2_000;
  it(`everything settles (${sequences.title})`, { retry: 0, timeout }, () =>
    holds(cellOf(way), listening(way), sequences),
  );
});
