import { block, commandsOf } from '../documents.ts';
import { commonJs, esModule, hungUp } from './programs.ts';
import { sdk, type Trial } from './trial.ts';

const { install } = commandsOf('npm 10, 11');
const start = block('APPLY.md', 'The load hook', 'sh');

export const loadHook: Trial = {
  id: 'load-hook',
  title: 'Load hook, CommonJS and ES module',
  async play(app, another) {
    const apps = [
      [app, 'commonjs', commonJs],
      [another('esm'), 'module', esModule],
    ] as const;
    for (const [one, type, program] of apps) {
      one.write({ 'package.json': JSON.stringify({ name: 'app', private: true, type }), 'app.js': program });
      await one.given(`npm install ${sdk}`);
      await one.command(install);
      await one.program(start, hungUp);
    }
  },
};
