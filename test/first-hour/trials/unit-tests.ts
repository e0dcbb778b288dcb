import { filesOf, pinned } from '../documents.ts';
import { quickStart } from './programs.ts';
import { json, sdk, type Trial } from './trial.ts';

const page = 'docs/testing.md';

export const unitTests: Trial = {
  id: 'unit-tests',
  title: 'Unit tests with Vitest and Jest',
  async play(app, another) {
    const files = Object.entries(filesOf(page));
    const pick = (pattern: RegExp) => Object.fromEntries(files.filter(([name]) => pattern.test(name)));
    app.write({ 'package.json': json({ name: 'app', private: true, type: 'module' }) });
    await app.given(`npm install ${sdk}`);
    await app.given(`npm install --save-dev ${pinned('vitest')}`);
    await app.initialise(quickStart);
    app.write(pick(/^\w+(\.test)?\.(ts|js)$/));
    const count = Object.keys(pick(/\.test\.ts$/)).length;
    await app.tests('npx vitest run', new RegExp(`Test Files +${count} passed`));

    const inJest = another('in-jest');
    inJest.write({ 'package.json': json({ name: 'app', private: true }) });
    await inJest.given(`npm install ${sdk}`);
    await inJest.given('npm install --save-dev jest@30.5.2');
    await inJest.initialise(quickStart);
    // The page calls it so to keep it apart from the tests of Vitest. Jest takes this name.
    inJest.write({ ...pick(/^jest\./), 'speak.jest.js': filesOf(page)['speak.jest.js']! });
    await inJest.tests('npx jest', /Tests: +1 passed/);
  },
};
