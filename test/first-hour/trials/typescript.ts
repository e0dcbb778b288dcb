import { App } from '../app.ts';
import { block, commandsOf, pinned } from '../documents.ts';
import { quickStart, server, startUp } from './programs.ts';
import { json, sdk, type Trial } from './trial.ts';

/** The options of `tsc --init`, with a check of every declaration. */
export const tsconfig = json({
  compilerOptions: {
    target: 'es2022',
    lib: ['es2022', 'esnext.disposable'],
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    allowImportingTsExtensions: true,
    rewriteRelativeImportExtensions: true,
    types: ['node'],
    rootDir: 'src',
    outDir: 'dist',
  },
  include: ['src'],
});

/** The SDK's own declarations import those of `ws`. */
export const compiler = ['typescript', '@types/node', '@types/ws'].map(pinned).join(' ');

/** Makes an app that compiles without hangup. */
async function begin(app: App): Promise<void> {
  app.write({
    'package.json': json({ name: 'app', private: true, type: 'module' }),
    'tsconfig.json': tsconfig,
    'src/bare.ts': "import '@cartesia/cartesia-js';\n",
  });
  await app.given(`npm install ${sdk}`);
  await app.given(`npm install --save-dev ${compiler}`);
  await app.given('npx tsc');
}

export const typescript: Trial = {
  id: 'typescript',
  title: 'TypeScript, ES module, strict, no skipLibCheck',
  async play(app, another) {
    await begin(app);
    await app.initialise(quickStart);
    app.write({
      'src/server.ts': server,
      'src/start-up.ts': startUp,
      'src/metrics.ts': block('docs/diagnostics.md', 'In your metrics and traces', 'ts'),
    });
    await app.command('npx tsc');
    await app.program(
      'node --import ./dist/metrics.js dist/server.js',
      /^(?!.*undefined).*socket tts was forced: deadline \[\]/s,
      App.terminate,
    );
    await app.command('node dist/start-up.js');

    const hooked = another('hooked');
    await begin(hooked);
    await hooked.command(commandsOf('npm 10, 11').install);
    hooked.write({ 'src/server.ts': `${block('docs/load-hook.md', 'Types', 'ts')}\n${server}` });
    await hooked.command('npx tsc');
    await hooked.program('node --import hangup/register dist/server.js', /^(graceful|forced)$/m, App.terminate);
  },
};
