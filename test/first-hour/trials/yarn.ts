import { commandsOf } from '../documents.ts';
import { esModule, hungUp } from './programs.ts';
import { json, sdk, type Trial } from './trial.ts';

const { install, init, verify } = commandsOf('Yarn 4');

export const yarn: Trial = {
  id: 'yarn',
  title: 'Yarn 4 with node_modules, ES module',
  async play(app) {
    app.write({
      'package.json': json({ name: 'app', private: true, type: 'module' }),
      '.yarnrc.yml': 'nodeLinker: node-modules\n',
      'yarn.lock': '',
      '.gitignore': 'node_modules\n.yarn\n',
      'app.js': esModule,
    });
    await app.given(`yarn add ${sdk}`);
    await app.command(install);
    await app.initialise(init);
    await app.program('node app.js', hungUp);
    await app.command(verify, { says: 'patched' });
    const clone = await app.clone();
    await clone.command('yarn install --immutable');
    await clone.program('node app.js', hungUp);
    await clone.command(verify, { says: 'patched' });
  },
};
