import { block, commandsOf } from '../documents.ts';
import { commonJs, esModule, hungUp, overlaid } from './programs.ts';
import { json, sdk, type Trial } from './trial.ts';

const { install } = commandsOf('npm 10, 11');
const start = block('APPLY.md', 'The load hook', 'sh');

export const loadHook: Trial = {
  id: 'load-hook',
  title: 'Load hook and overlay(), CommonJS and ES module',
  async play(app, another) {
    const apps = [
      [app, 'commonjs', commonJs],
      [another('esm'), 'module', esModule],
    ] as const;
    for (const [one, type, program] of apps) {
      const manifest = json({ name: 'app', private: true, type });
      one.write({ 'package.json': manifest, 'app.js': program, 'overlaid.js': overlaid(program) });
      await one.given(`npm install ${sdk}`);
      await one.command(install);
      await one.program(start, hungUp);
      await one.program('node overlaid.js', hungUp);
    }
  },
};
