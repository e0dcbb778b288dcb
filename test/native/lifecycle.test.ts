/** hangup/lifecycle on each release of Node: polite ends, blocked event loops, and as PID 1 of a container. */
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, it } from 'vitest';
import { type Faults, startService } from '../lifecycle/service.ts';
import { nodeOr, nodeReleases } from '../support/nodes.ts';

const longer = 60_000;
const kinds = ['loop', 'wait', 'regex', 'native'] as const;

for (const release of nodeReleases) {
  describe.concurrent(`on Node ${release}`, { timeout: longer }, () => {
    const start = async (skip: (note: string) => never, faults: Faults) =>
      startService(faults, 10, { node: await nodeOr(skip, release) });

    it('ends politely', async ({ expect, skip }) => {
      const { code, codes } = await (await start(skip, {})).kill('SIGTERM').over();
      expect({ code, codes }).toEqual({ code: 0, codes: { 1001: 10 } });
    });

    it('ends in its time though some sessions are stuck', async ({ expect, skip }) => {
      const { code, codes } = await (await start(skip, { stuck: 3 })).kill('SIGTERM').over();
      expect({ code, codes }).toEqual({ code: 1, codes: { 1001: 10 } });
    });

    it('ends after a hang-up of the terminal', async ({ expect, skip }) => {
      const { code, signal, codes } = await (await start(skip, {})).kill('SIGHUP').over();
      expect(codes).toEqual({ 1001: 10 });
      expect([0, 'SIGHUP']).toContain(signal ?? code);
    });

    it.for(kinds)('is gone at the deadline when a %s blocks', async (kind, { expect, skip }) => {
      const faults = { options: { timeout: 1500 }, block: { kind, ms: longer } };
      const { code, signal, codes, stderr } = await (await start(skip, faults)).kill('SIGTERM').over();
      if (kind === 'native') expect(signal).toBe('SIGKILL');
      else {
        expect({ code, codes }).toEqual({ code: 1, codes: { 1001: 10 } });
        expect(stderr).toContain(`by ${kind} (`);
      }
    });
  });
}

describe('as PID 1', { timeout: longer }, () => {
  it.for(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends on %s', async (signal, { expect, skip }) => {
    if (spawnSync('unshare', ['--pid', '--fork', 'true']).status !== 0) skip('unshare is missing or not permitted');
    const { program } = await startService({}, 3, { node: 'unshare', args: ['--pid', '--fork', process.execPath] });
    // The child of `unshare` is PID 1 of its namespace.
    const pid = Number(execFileSync('pgrep', ['-P', String(program.pid)], { encoding: 'utf8' }));
    process.kill(pid, signal);
    const { code, codes } = await program.over();
    expect({ code, codes }).toEqual({ code: 0, codes: { 1001: 3 } });
  });
});
