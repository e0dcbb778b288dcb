import type { App } from '../app.ts';
import { block, commandsOf, lines, quoted } from '../documents.ts';
import { commonJs, hungUp } from './programs.ts';
import { json, sdk, type Trial } from './trial.ts';

const page = 'docs/updates.md';

/** Sets an app up with an older SDK, and does what a bot does: it changes only the version. */
async function update(app: App, { add, install, init }: { add: string; install: string; init: string }): Promise<void> {
  app.write({ 'app.js': commonJs });
  await app.given(`${add} @cartesia/cartesia-js@3.5.1 ws`);
  await app.command(install);
  await app.initialise(init);
  await app.program('node app.js', hungUp);
  const [name, range] = sdk.split(/(?<=.)@| /);
  app.write({ 'package.json': app.read('package.json').replace(`"${name}": "3.5.1"`, `"${name}": "${range}"`) });
}

export const updates: Trial = {
  id: 'updates',
  title: 'Update of the SDK with pnpm 12 and Yarn 4',
  async play(app, another) {
    app.write({ 'package.json': json({ name: 'app', private: true }) });
    await update(app, { add: 'pnpm add', ...commandsOf('pnpm 9 to 12') });
    await app.command('pnpm install --no-frozen-lockfile', { code: 1, says: 'ERR_PNPM_UNUSED_PATCH' });
    for (const line of lines(block(page, 'Replace the patch', 'sh', 'pnpm'))) await app.command(line);
    await app.program('node app.js', hungUp);

    const yarn = another('yarn');
    yarn.write({
      'package.json': json({ name: 'app', private: true }),
      '.yarnrc.yml': 'nodeLinker: node-modules\n',
      'yarn.lock': '',
    });
    await update(yarn, { add: 'yarn add', ...commandsOf('Yarn 4') });
    await yarn.command('yarn install', { code: 1 });
    await yarn.command(quoted(page, 'yarn hangup init'));
    await yarn.program('node app.js', hungUp);
    await yarn.command(commandsOf('Yarn 4').verify, { says: '4.2.0 cjs+esm patched' });
  },
};
