/** A service whose event loop is blocked: it is named, its clients are told, and it is gone at the deadline. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, it } from 'vitest';
import { runFolderVariable } from '../support/sdk.ts';
import { Program } from './program.ts';
import { startService as start } from './service.ts';

const forever = 60_000;
const named = /hangup: the event loop has been blocked for \d+ ms by \w+ \(file:\/\/\/.*service\.mjs:\d+\)\n/;

describe.concurrent('a service that blocks in a clean-up', { timeout: 60_000 }, () => {
  it('is gone at the deadline, after it has told all clients', async ({ expect }) => {
    const service = await start({ options: { timeout: 1500 }, block: { ms: forever } });
    const { code, codes, stderr } = await service.kill('SIGTERM').over();
    expect({ code, codes }).toEqual({ code: 1, codes: { 1001: 5 } });
    expect(stderr).toMatch(named);
    expect(stderr).toContain('by loop (');
  });

  it('is ended by the kernel on the next Ctrl+C', async ({ expect }) => {
    const service = await start({ options: { timeout: 20_000 }, block: { kind: 'wait', ms: forever } });
    service.kill('SIGINT');
    await service.program.says(named);
    await sleep(500);
    const { signal, codes } = await service.kill('SIGINT').over();
    expect({ signal, codes }).toEqual({ signal: 'SIGINT', codes: { 1001: 5 } });
  });

  it('is killed where native code blocks', async ({ expect }) => {
    const service = await start({ options: { timeout: 600 }, block: { kind: 'native', ms: 15_000 } });
    const { signal, stderr } = await service.kill('SIGTERM').over();
    expect(signal).toBe('SIGKILL');
    expect(stderr).toContain('blocked by native code');
  });

  it('goes on when it turns again, and has told all clients', async ({ expect }) => {
    const service = await start({ options: { timeout: 10_000 }, block: { kind: 'wait', ms: 1500 } });
    const { code, codes, report } = await service.kill('SIGTERM').over();
    expect({ code, codes }).toEqual({ code: 1, codes: { 1001: 5 } });
    expect(report).toMatchObject({ cause: 'SIGTERM', outcome: 'forced' });
  });
});

describe.concurrent('a service that blocks though nobody has asked it to end', { timeout: 60_000 }, () => {
  it('is named, and goes on', async ({ expect }) => {
    const service = await start({ block: { kind: 'wait', ms: 1500 } });
    service.clients[0]!.send('block');
    await service.program.says(named);
    await service.program.says(/the event loop was blocked for \d+ ms by wait/);
    const { code, codes } = await service.kill('SIGTERM').over();
    expect(codes).toEqual({ 1001: 5 });
    // Its clean-up blocks as well.
    expect(code).toBe(1);
  });

  it('is ended after its blockTimeout', async ({ expect }) => {
    const service = await start({
      options: { watchdog: { blockTimeout: 1500 } },
      block: { kind: 'wait', ms: forever },
    });
    service.clients[0]!.send('block');
    const { code, codes, stderr } = await service.over();
    expect({ code, codes }).toEqual({ code: 1, codes: { 1001: 5 } });
    expect(stderr).toMatch(named);
  });
});

describe.concurrent('the watchdog', { timeout: 60_000 }, () => {
  it('names the line in the source of TypeScript', async ({ expect }) => {
    const file = fileURLToPath(new URL('programs/typed.ts', import.meta.url));
    const lines = readFileSync(file, 'utf8').split('\n');
    const env = { LIFECYCLE: join(process.env[runFolderVariable]!, 'lifecycle.mjs') };
    const { stderr } = await Program.run(file, { args: ['--import', 'tsx'], env });
    const line = lines.findIndex((text) => text.includes('while (')) + 1;
    expect(stderr).toContain(`by buildTranscript (${pathToFileURL(file)}:${line})`);
  });

  it('is off while a debugger is attached', async ({ expect }) => {
    const args = ['--inspect=127.0.0.1:0'];
    const faults = { options: { timeout: 600 }, block: { kind: 'wait' as const, ms: 2500 } };
    const service = await start(faults, 1, { args });
    const { code, stderr, report } = await service.kill('SIGTERM').over();
    expect(stderr).not.toContain('blocked');
    expect([code, report?.cause]).toEqual([1, 'SIGTERM']);
  });

  it('may be left out', async ({ expect }) => {
    const service = await start({ options: { watchdog: false } });
    expect((await service.kill('SIGTERM').over()).code).toBe(0);
  });
});
