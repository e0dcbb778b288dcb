/** The TypeScript of every document compiles, beside the patched SDK. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { root } from '../support/sdk.ts';
import { blocksOf, writeSection } from './blocks.ts';

/** The source of each module that the package exports: a clone has no build. */
function sources(): Record<string, [string]> {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { import: string }>;
  };
  const modules = Object.entries(exports).map(([subpath, target]): [string, string] => [
    join('hangup', subpath),
    typeof target === 'string' ? target : target.import,
  ]);
  const built = modules.filter(([, file]) => file.endsWith('.js'));
  return Object.fromEntries(
    built.map(([name, file]) => [name, [file.replace(/^\.\/dist\/(.*)\.js$/, `${root}$1.ts`)]]),
  );
}

test('TypeScript compiles', async () => {
  const sections = new Map(blocksOf('ts').map((block) => [`${block.document} ${block.heading}`, block]));
  const folders = [...sections.values()].map(({ document, heading }) => writeSection(document, heading).folder);
  const sdk = join(folders[0]!, 'node_modules/@cartesia/cartesia-js');
  const openai = join(root, 'node_modules/openai-7.59.0');
  const assemblyai = join(root, 'node_modules/assemblyai-4.41.5');
  const deepgram = join(root, 'node_modules/deepgram-5.13.0');
  const elevenlabs = join(root, 'node_modules/elevenlabs-2.73.0');
  const googleGenai = join(root, 'node_modules/google-genai-3.3.0');
  const agents = join(root, 'node_modules/agents-realtime-0.20.0');
  const speechmatics = join(root, 'node_modules/speechmatics-8.5.1');
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      module: 'esnext',
      moduleResolution: 'bundler',
      moduleDetection: 'force',
      paths: {
        ...sources(),
        '@cartesia/cartesia-js': [`${sdk}/index.d.mts`],
        '@cartesia/cartesia-js/*': [`${sdk}/*.d.mts`],
        '@deepgram/sdk': [`${join(root, 'node_modules/deepgram-5.13.0')}/dist/esm/index.d.mts`],
        '@openai/agents-realtime': [`${agents}/dist/index.d.ts`],
        '@elevenlabs/elevenlabs-js': [`${elevenlabs}/index.d.ts`],
        '@elevenlabs/elevenlabs-js/*.js': [`${elevenlabs}/*.d.ts`],
        assemblyai: [`${assemblyai}/dist/exports/index.d.ts`],
        '@google/genai': [`${googleGenai}/dist/node/node.d.ts`],
        '@speechmatics/real-time-client': [`${speechmatics}/dist/index.d.ts`],
        openai: [`${openai}/index.d.mts`],
        'openai/*': [`${openai}/*.d.mts`],
      },
    },
    include: [join(root, 'test/documents/given'), ...folders],
    exclude: [],
  };
  const file = join(folders[0]!, 'tsconfig.json');
  writeFileSync(file, JSON.stringify(config));
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  const compiling = promisify(execFile)(process.execPath, [tsc, '-p', file]);
  const { stdout } = await compiling.catch((error: { stdout: string }) => error);
  expect(stdout).toBe('');
}, 60_000);
