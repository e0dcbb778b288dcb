/** Nest and Next.js, as docs/frameworks.md says. They are installed on demand, because they have 23 MB and 350 MB. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { installOnDemand } from '../support/on-demand.ts';
import { patchedPackage, root } from '../support/sdk.ts';
import { writeSection } from './blocks.ts';
import { compile, serve } from './serve.ts';

const sdk = '@cartesia/cartesia-js';

/** Makes an app of a section: its programs, its packages, and the patched SDK as real files. */
async function makeApp(heading: string, packages: readonly string[]): Promise<string> {
  const home = join(root, '.cache', 'frameworks', heading);
  for (const entry of existsSync(home) ? readdirSync(home) : [])
    if (entry !== 'node_modules') rmSync(join(home, entry), { recursive: true });
  await installOnDemand(home, ...packages, 'ws@8.18.0');
  const { folder } = writeSection('docs/frameworks.md', heading);
  cpSync(folder, home, { recursive: true, filter: (path) => basename(path) !== 'node_modules' });
  rmSync(join(home, 'node_modules', sdk), { recursive: true, force: true });
  cpSync(patchedPackage('4.2.0'), join(home, 'node_modules', sdk), { recursive: true });
  return home;
}

test('Nest ends on SIGTERM in the middle of a response', async () => {
  const packages = ['common', 'core', 'platform-express'].map((name) => `@nestjs/${name}@12.5.1`);
  const home = await makeApp('Nest', [...packages, 'reflect-metadata', 'rxjs']);
  cpSync(join(writeSection('docs/frameworks.md', 'Any server').folder, 'speak.ts'), join(home, 'speak.ts'));
  const main = join(home, 'main.ts');
  writeFileSync(
    join(home, 'speak.controller.ts'),
    `import { Readable } from 'node:stream';
    import { Controller, Get, Inject, StreamableFile } from '@nestjs/common';
    import { speak } from './speak.ts';
    import { VoiceService } from './voice.service.ts';
    @Controller()
    export class SpeakController {
      @Inject(VoiceService) voice;
      @Get('speak') speak() { return new StreamableFile(Readable.from(speak(this.voice.client, 'Hello'))); }
    }`,
  );
  const withRoute = readFileSync(main, 'utf8').replace('@Module({', '@Module({ controllers: [SpeakController],');
  writeFileSync(main, `import { SpeakController } from './speak.controller.ts';\n${withRoute}`);
  const { voice, child, exit, body } = await serve(await compile(main), { onClose: 'ignore' });
  child.kill('SIGTERM');
  expect((await exit)[1]).toBe('SIGTERM');
  await body.cancel().catch(() => {});
  expect(voice.seen.upgrades).toBe(1);
}, 300_000);

test('Next.js in standalone form ends on SIGTERM in the middle of a response', async () => {
  const home = await makeApp('Next.js', [
    'next@16.4.6',
    'react@19',
    'react-dom@19',
    'typescript@5.9.3',
    '@types/react@19',
    '@types/node@20',
  ]);
  // Next would take the folder of this repository's lockfile for the root of the app.
  const config = join(home, 'next.config.mjs');
  const ofApp = '$& outputFileTracingRoot: import.meta.dirname,';
  writeFileSync(config, readFileSync(config, 'utf8').replace("output: 'standalone',", ofApp));
  const layout = 'export default ({ children }) => <html><body>{children}</body></html>;';
  mkdirSync(join(home, 'app'), { recursive: true });
  writeFileSync(join(home, 'app/layout.jsx'), layout);
  const next = join(home, 'node_modules/next/dist/bin/next');
  await promisify(execFile)(process.execPath, [next, 'build'], {
    cwd: home,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
  });
  const { voice, child, exit } = await serve(join(home, '.next/standalone/server.js'), { onClose: 'ignore' });
  child.kill('SIGTERM');
  expect(await exit).toEqual([143, null]);
  expect(voice.seen.upgrades).toBe(1);
}, 300_000);
