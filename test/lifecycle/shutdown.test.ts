/** A service that ends, as a process of its own: exit code, close codes, and what the report says. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'vitest';
import { startService as start } from './service.ts';

describe.concurrent('a service', { timeout: 60_000 }, () => {
  it.for(['SIGINT', 'SIGTERM'] as const)('ends politely on %s', async (signal, { expect }) => {
    const { code, codes, report, stdout, stderr } = await (await start()).kill(signal).over();
    expect({ code, codes }).toEqual({ code: 0, codes: { 1001: 5 } });
    expect(report).toMatchObject({ cause: signal, outcome: 'graceful', exitCode: 0, abandoned: [], errors: [] });
    expect(report?.members?.map(({ name }) => name)).toEqual(['sessions', 'servers', 'flush']);
    expect(stdout.indexOf('flushed')).toBeGreaterThan(0);
    expect(stderr).toContain(`hangup: ${signal}: process: graceful`);
  });

  it('is gone after SIGHUP', async ({ expect }) => {
    const { code, signal, codes } = await (await start()).kill('SIGHUP').over();
    expect(codes).toEqual({ 1001: 5 });
    expect(signal ?? code).toBe(process.versions.node.startsWith('20.') ? 'SIGHUP' : 0);
  });

  it('ends without clients', async ({ expect }) => {
    const service = await start({}, 0);
    expect((await service.kill('SIGTERM').over()).code).toBe(0);
  });

  it('ends in its time though some sessions are stuck; the others see their close code', async ({ expect }) => {
    const { code, codes, report } = await (await start({ stuck: 2, swallow: 1 })).kill('SIGTERM').over();
    expect({ code, codes }).toEqual({ code: 1, codes: { 1001: 5 } });
    expect(report?.abandoned).toEqual([
      expect.stringMatching(
        /^process › sessions › sessions › session \d › tasks › task "assessment" \(\d+ ms old, spawned at /,
      ),
      expect.stringMatching(/^process › sessions › sessions › session \d › clean-up$/),
      expect.stringMatching(/^process › sessions › sessions › session \d › clean-up$/),
    ]);
    expect(report?.durationMs).toBeLessThan(3000);
  });

  it('is forced by a second signal, and tells all clients then too', async ({ expect }) => {
    const service = await start({ stuck: 5 });
    service.kill('SIGINT');
    await sleep(500);
    const { code, codes, report } = await service.kill('SIGINT').over();
    expect({ code, codes }).toEqual({ code: 130, codes: { 1001: 5 } });
    expect(report).toMatchObject({ outcome: 'forced', exitCode: 130 });
  });

  it('counts two signals of one moment as one', async ({ expect }) => {
    const service = await start({ cleanup: 200 });
    service.kill('SIGINT');
    await sleep(50);
    expect((await service.kill('SIGINT').over()).code).toBe(0);
  });

  it('keeps its exit code when a signal comes at the very end', async ({ expect }) => {
    const service = await start({ lastWords: 500 });
    service.kill('SIGINT');
    await service.program.says(/^report /m);
    const { code, signal } = await service.kill('SIGINT').over();
    expect({ code, signal }).toEqual({ code: 0, signal: null });
  });

  it('goes on when an error comes during its end, and exits 1', async ({ expect }) => {
    const { code, codes, report } = await (await start({ lateThrow: 20, cleanup: 100 })).kill('SIGTERM').over();
    expect({ code, codes }).toEqual({ code: 1, codes: { 1001: 5 } });
    expect(report).toMatchObject({ cause: 'SIGTERM', outcome: 'graceful', errors: ['late throw on purpose'] });
  });

  it('ends politely when a bug throws, and exits 1', async ({ expect }) => {
    const service = await start();
    service.clients[0]!.send('throw');
    const { code, codes, report, stderr } = await service.over();
    expect({ code, codes }).toEqual({ code: 1, codes: { 1001: 5 } });
    expect(report).toMatchObject({ cause: 'uncaughtException', errors: ['a bug'] });
    expect(stderr).toContain('Error: a bug\n');
  });

  it('reports a clean-up that throws, and exits 1', async ({ expect }) => {
    const { code, codes, stderr } = await (await start({ fails: 1 })).kill('SIGTERM').over();
    expect({ code, codes }).toEqual({ code: 1, codes: { 1001: 5 } });
    expect(stderr).toContain('cleanup failed on purpose');
  });

  it('tells all clients when other code calls process.exit()', async ({ expect }) => {
    const service = await start();
    service.clients[0]!.send('exit');
    const { code, codes } = await service.over();
    expect({ code, codes }).toEqual({ code: 7, codes: { 1001: 5 } });
  });

  it('ends by a call', async ({ expect }) => {
    const service = await start();
    service.clients[0]!.send('end');
    const { code, report } = await service.over();
    expect([code, report?.cause]).toEqual([0, 'the message']);
  });

  it('drains: goes on until the last call is over, and answers 503', async ({ expect }) => {
    const service = await start({ options: { drain: 10_000 } }, 2);
    service.kill('SIGTERM');
    await sleep(300);
    const { status } = await fetch(`${await service.program.url()}/ready`);
    expect(status).toBe(503);
    for (const client of service.clients) client.close();
    const { code, report } = await service.over();
    expect([code, report?.outcome]).toEqual([0, 'graceful']);
    expect(report?.durationMs).toBeLessThan(5000);
  });

  it('ends politely the calls that are longer than the drain', async ({ expect }) => {
    const { code, codes, report } = await (await start({ options: { drain: 300 } })).kill('SIGTERM').over();
    expect({ code, codes }).toEqual({ code: 0, codes: { 1001: 5 } });
    expect(report?.steps[0]).toMatchObject({ name: 'drain', outcome: 'timeout' });
  });

  it('cuts the drain short on a second signal', async ({ expect }) => {
    const service = await start({ options: { drain: 60_000 } });
    service.kill('SIGTERM');
    await sleep(500);
    const { code, codes } = await service.kill('SIGTERM').over();
    expect({ code, codes }).toEqual({ code: 143, codes: { 1001: 5 } });
  });

  it('goes on when its output is lost', async ({ expect }) => {
    const service = await start();
    service.program.loseOutput();
    const { code, codes } = await service.kill('SIGTERM').over();
    expect({ code, codes }).toEqual({ code: 0, codes: { 1001: 5 } });
  });
});
