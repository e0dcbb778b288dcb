import { App } from '../app.ts';
import { pinned } from '../documents.ts';
import { quickStart, server, startUp } from './programs.ts';
import { json, sdk, type Trial } from './trial.ts';

const viteConfig = `import { defineConfig } from 'vite';

export default defineConfig({ ssr: { noExternal: true, external: ['ws'] }, build: { ssr: 'src/app.ts', outDir: 'vite' } });
`;

export const bundles: Trial = {
  id: 'bundles',
  title: 'Bundles of esbuild and Vite',
  async play(app) {
    app.write({
      'package.json': json({ name: 'app', private: true, type: 'module' }),
      'vite.config.ts': viteConfig,
      'src/app.ts': `${startUp}\n${server}`,
    });
    await app.given(`npm install ${sdk}`);
    await app.given(`npm install --save-dev ${pinned('esbuild')} ${pinned('vite')}`);
    await app.initialise(quickStart);
    const bundle = '--bundle --platform=node --format=esm --external:ws';
    await app.command(`npx esbuild src/app.ts ${bundle} --outfile=esbuild/app.js`);
    await app.command('npx vite build');
    // Only the bundles have the SDK now.
    await app.given('rm -r node_modules/@cartesia node_modules/hangup');
    await app.program('node esbuild/app.js', /^(graceful|forced)$/m, App.terminate);
    await app.program('node vite/app.js', /^(graceful|forced)$/m, App.terminate);
  },
};
