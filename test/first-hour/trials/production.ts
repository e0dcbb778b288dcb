import { after, block, commandsOf, lines } from '../documents.ts';
import { commonJs, hungUp, quickStart } from './programs.ts';
import { json, sdk, type Trial } from './trial.ts';

const { init, verify } = commandsOf('npm 10, 11');
const dockerfile = block('docs/frameworks.md', 'Docker', 'dockerfile');
const install = `npm ci --omit=dev${after('RUN npm ci --omit=dev', dockerfile)}`;

export const production: Trial = {
  id: 'production',
  title: 'npm ci --omit=dev; hangup in devDependencies; roll back',
  async play(app, another) {
    app.write({
      'package.json': json({ name: 'app', private: true }),
      '.gitignore': 'node_modules\n',
      'app.js': commonJs,
    });
    await app.given(`npm install ${sdk}`);
    const before = app.read('package.json');
    await app.initialise(quickStart);
    const clone = await app.clone();
    await clone.command(install, { says: 'patched' });
    await clone.program('node app.js', hungUp);
    await app.program('node app.js', hungUp);

    const other = another('dev');
    other.write({ 'package.json': json({ name: 'app', private: true }) });
    await other.given(`npm install ${sdk}`);
    await other.command('npm install --save-dev hangup');
    const refused = await other.command(`${init} --yes`, { code: 1, says: 'devDependencies' });
    const move =
      /npm install --save-prod \S*hangup/.exec(refused)?.[0] ?? 'false # init prints no command that moves hangup';
    await other.command(move);
    await other.initialise(init);
    await other.command(verify, { says: 'patched' });

    const rollBack = block('APPLY.md', 'Roll back', 'sh', 'npm uninstall hangup');
    for (const line of lines(rollBack)) await app.command(line, { terminal: true });
    app.check('package.json is what it was before hangup', app.read('package.json') === before);
  },
};
