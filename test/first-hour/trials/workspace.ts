import { commandsOf } from '../documents.ts';
import { commonJs, hungUp } from './programs.ts';
import { json, sdk, type Trial } from './trial.ts';

const { install, init, verify } = commandsOf('pnpm 9 to 12');

export const workspace: Trial = {
  id: 'workspace',
  title: 'pnpm 12, workspace',
  async play(app) {
    app.write({
      'package.json': json({ name: 'workspace', private: true }),
      'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
      '.gitignore': 'node_modules\n',
      'packages/voice/package.json': json({ name: 'voice', private: true }),
      'packages/voice/app.js': commonJs,
    });
    await app.given(`pnpm --filter voice add ${sdk}`);
    await app.command(install);
    await app.initialise(init);
    await app.program('node packages/voice/app.js', hungUp);
    await app.command(verify, { says: 'patched' });
    const clone = await app.clone();
    await clone.command('pnpm install --frozen-lockfile');
    await clone.program('node packages/voice/app.js', hungUp);
    await clone.command(verify, { says: 'patched' });
  },
};
