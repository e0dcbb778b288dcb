/** The statements of SECURITY.md about the code that runs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { hangup, install, name, newest, root, run, scratch } from '../support/patching.ts';

const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
};

test('the package has no script that an install runs, and one dependency', () => {
  const ofInstall = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'];
  expect(Object.keys(packageJson.scripts).filter((name) => ofInstall.includes(name))).toEqual([]);
  expect(Object.keys(packageJson.dependencies)).toEqual(['semver']);
});

/** Ends every process that opens a network connection or looks a name up. */
const withoutNetwork = `
import dns from 'node:dns';
import { writeSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
const fail = () => {
  writeSync(2, 'a network connection');
  process.exit(99);
};
net.Socket.prototype.connect = dns.lookup = dns.promises.lookup = fail;
syncBuiltinESMExports();`;

const ways = [
  "require('net').connect(1, '127.0.0.1')",
  "fetch('http://127.0.0.1:8080')",
  "require('dns').lookup('localhost', () => {})",
];

/** The environment of a process without a network. */
function locked(): Record<string, string> {
  const preload = join(scratch(), 'without-network.mjs');
  writeFileSync(preload, withoutNetwork);
  return { NODE_OPTIONS: `--import ${pathToFileURL(preload).href}` };
}

test('no command opens a network connection', async () => {
  const [dir, env] = [scratch(), locked()];
  writeFileSync(join(dir, 'package.json'), '{ "dependencies": { "hangup": "*" } }');
  install(join(dir, 'node_modules', name), newest, 'whole');
  const commands = [
    'init --yes --manager npm@11.0.0',
    'apply',
    'verify --probe',
    'doctor',
    'export npm',
    'apply --revert',
    'init --remove --yes --manager npm@11.0.0',
  ];
  for (const command of commands) {
    const result = await hangup([...command.split(' '), '--dir', dir], { env });
    expect(result, command).toMatchObject({ code: 0, stderr: '' });
  }
}, 60_000);

test.each(ways)('%s would be noticed', async (code) => {
  expect(await run(process.execPath, ['-e', code], { env: locked() })).toMatchObject({ code: 99 });
});
