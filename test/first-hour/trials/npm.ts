import { after, block, commandsOf, lines } from '../documents.ts';
import { commonJs, hungUp, quickStart } from './programs.ts';
import { sdk, type Trial } from './trial.ts';

const { verify } = commandsOf('npm 10, 11');

export const npm: Trial = {
  id: 'npm',
  title: 'npm 11, CommonJS',
  async play(app) {
    await app.given('npm init -y');
    await app.given(`npm install ${sdk}`);
    app.write({ 'server.js': commonJs });
    await app.initialise(quickStart);
    await app.program('node server.js', hungUp);
    const seen = block('docs/diagnostics.md', 'In the terminal', 'console');
    await app.program(after('$ ', seen), /^HANGUP \d+: client #1: end begins, (1\d{3}|2000) ms$/m);
    await app.command(verify, { says: 'patched' });
    await app.command('npx hangup doctor', { says: 'complete' });
    for (const line of lines(block('APPLY.md', 'In CI', 'sh'))) await app.command(line);
  },
};
