/** hangup/lifecycle on each release of Node: polite ends, blocked event loops, and as PID 1 of a container. */
import { execFileSync, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
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

    it.for(kinds)('is gone when a %s has blocked before the signal', async (kind, { expect, skip }) => {
      const faults = { options: { watchdog: { blockTimeout: 1500 } }, block: { kind, ms: longer } };
      const service = await start(skip, faults);
      service.clients[0]!.send('block');
      await sleep(300);
      const { code, signal, codes, stderr } = await service.kill('SIGTERM').over();
      if (kind === 'native') expect(signal).toBe('SIGKILL');
      else {
        expect({ code, codes }).toEqual({ code: 1, codes: { 1001: 10 } });
        expect(stderr).toContain(`by ${kind} (`);
      }
    });
  });
}

const mayUnshare = spawnSync('unshare', ['--pid', '--fork', 'true']).status === 0;
const missing = 'unshare is missing or not permitted';

/** Starts a service as the first process of its namespace: the child of `unshare`. */
async function startAsFirst(faults: Faults) {
  const service = await startService(faults, 3, { node: 'unshare', args: ['--pid', '--fork', process.execPath] });
  const pid = Number(execFileSync('pgrep', ['-P', String(service.program.pid)], { encoding: 'utf8' }));
  return { service, kill: (signal: NodeJS.Signals) => process.kill(pid, signal) };
}

describe('as PID 1', { timeout: longer }, () => {
  it.for(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends on %s', async (signal, { expect, skip }) => {
    if (!mayUnshare) skip(missing);
    const { service, kill } = await startAsFirst({});
    kill(signal);
    const { code, codes } = await service.over();
    expect({ code, codes }).toEqual({ code: 0, codes: { 1001: 3 } });
  });

  it('is forced by a second signal', async ({ expect, skip }) => {
    if (!mayUnshare) skip(missing);
    const { service, kill } = await startAsFirst({ stuck: 3 });
    kill('SIGTERM');
    await sleep(500);
    kill('SIGTERM');
    const { code, codes } = await service.over();
    expect({ code, codes }).toEqual({ code: 143, codes: { 1001: 3 } });
  });

  it.for(['loop', 'wait'] as const)('is gone at the deadline when a %s blocks', async (kind, { expect, skip }) => {
    if (!mayUnshare) skip(missing);
    const { service, kill } = await startAsFirst({ options: { timeout: 1500 }, block: { kind, ms: longer } });
    kill('SIGTERM');
    const { code, codes } = await service.over();
    expect({ code, codes }).toEqual({ code: 1, codes: { 1001: 3 } });
  });
});
