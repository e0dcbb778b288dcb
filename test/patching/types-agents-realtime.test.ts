/** `hangup/types/agents-realtime` declares the members that the load hook gives to OpenAI's agents. */
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { agentsRealtime } from '../../overlays/agents-realtime/sdk.ts';
import { augmentationsOf, writeAugmentation } from '../../tools/augmentations.ts';
import { startedVersions } from '../contract/played.ts';
import { installAgents } from '../support/agents.ts';
import { root, run, scratch } from '../support/patching.ts';

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

const program = `
import { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession } from '@openai/agents-realtime';
const session = new RealtimeSession<{ user: string }>(new RealtimeAgent({ name: 'a' }));
const transport = new OpenAIRealtimeWebSocket();
type Report = Promise<{ outcome: 'graceful' | 'forced' }>;
export const ends: Report[] = [session.disconnect(), session.close(), transport.disconnect(true), transport.close()];
export const connected: boolean = session.connected;
`;

function app(version: string): string {
  const dir = scratch();
  const modules = join(dir, 'node_modules');
  installAgents(version, modules);
  const hangup = join(modules, 'hangup');
  const patches = join('patches', agentsRealtime.packageName);
  cpSync(join(root, 'package.json'), join(hangup, 'package.json'));
  cpSync(join(root, patches), join(hangup, patches), { recursive: true });
  for (const [name, text] of augmentationsOf(agentsRealtime)) writeAugmentation(join(hangup, 'dist/types', name), text);
  mkdirSync(join(modules, '@types'));
  for (const name of ['ws', '@types/ws', '@types/node'])
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  return dir;
}

const options = '--noEmit --strict --skipLibCheck --target es2022 --lib es2022,esnext.disposable,dom --types node';
const check = (dir: string, ...files: string[]) =>
  run(process.execPath, [tsc, ...options.split(' '), '--module', 'nodenext', ...files], { cwd: dir });

test.each(startedVersions(agentsRealtime))(
  'an ES module and a CommonJS module see the members of @openai/agents-realtime %s; without the file there are none',
  async (version) => {
    const dir = app(version);
    for (const file of ['a.mts', 'b.cts'])
      writeFileSync(join(dir, file), `${program}import type {} from 'hangup/types/agents-realtime';\n`);
    expect(await check(dir, 'a.mts', 'b.cts')).toMatchObject({ code: 0, stdout: '' });
    writeFileSync(join(dir, 'bare.mts'), program);
    const { stdout } = await check(dir, 'bare.mts');
    expect(stdout).toContain("Property 'disconnect' does not exist on type 'RealtimeSession");
    expect(stdout).toContain("Property 'disconnect' does not exist on type 'OpenAIRealtimeWebSocket'");
  },
  60_000,
);
