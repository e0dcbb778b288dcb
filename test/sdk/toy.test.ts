/**
 * CONTRIBUTING.md promises that a new SDK is one folder and one line in sdks.ts. Here the SDK is a toy with one class. It gets
 * an overlay, the load hook, a patch on disk, a column of the contract, and a line of the support table.
 */
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { versionsOf } from '../../overlays/sdk.ts';
import { sdks } from '../../overlays/sdks.ts';
import { type Run, run } from '../support/patching.ts';
import { ProjectCopy } from '../support/project-copy.ts';
import { root } from '../support/sdk.ts';
import { startVoiceServer, type VoiceServer } from '../support/voice-server.ts';

const toy = join(import.meta.dirname, 'toy');
const linesOf = (file: string) => readFileSync(join(toy, file), 'utf8').split('\n').length - 1;

let project: ProjectCopy;
let server: VoiceServer;
const node = (cwd: string, ...argv: string[]): Promise<Run> => run(process.execPath, argv, { cwd });

beforeAll(async () => {
  server = await startVoiceServer({ onClose: 'ignore' }, { tls: false });
  project = new ProjectCopy('toy', [
    'test',
    'examples',
    'README.md',
    'docs',
    'tsconfig.build.json',
    'vitest.config.ts',
  ]);
  project.install('toy-1.0.0', join(toy, 'package'), { name: 'toy-voice', version: '1.0.0' });
  // The folder, and the line.
  cpSync(join(toy, 'overlay'), project.path('overlays/toy'), { recursive: true });
  project.edit('overlays/sdks.ts', (text) =>
    `import { toy } from './toy/sdk.ts';\n${text}`.replace('\n];', '\n  toy,\n];'),
  );
  // The contract needs a driver, apps an export, and the license a notice.
  cpSync(join(toy, 'driver.ts'), project.path('test/contract/drivers/toy.ts'));
  project.edit('test/contract/drivers/index.ts', (text) =>
    `import { toy } from './toy.ts';\n${text}`.replace('  sttSocket,\n', '  sttSocket,\n  toy,\n'),
  );
  project.edit('package.json', (text) =>
    text.replace(/ +"\.\/cartesia": .*/, (line) => `${line}\n${line.replaceAll('cartesia', 'toy')}`),
  );
  project.edit('NOTICE', (text) => `${text}\ntoy-voice\n`);
  await command('tools/regen.ts');
  await command('tools/build.ts');
}, 120_000);

afterAll(async () => {
  project.remove();
  await server.close();
});

/** Runs one of the project's own scripts. */
async function command(...argv: string[]): Promise<Run> {
  const result = await node(project.folder, '--import', 'tsx', ...argv);
  expect(result, result.stdout + result.stderr).toMatchObject({ code: 0 });
  return result;
}

const formats = {
  cjs: "const { ToySocket } = require('toy-voice');",
  esm: "import { ToySocket } from 'toy-voice';",
} as const;
type Format = keyof typeof formats;

/** An app that has the toy, `ws` and this hangup. No link leads to the SDKs of the repository: `apply` would patch them. */
function app(name: string): string {
  const folder = project.path(name);
  const modules = join(folder, 'node_modules');
  for (const part of ['dist', 'patches', 'package.json']) {
    cpSync(project.path(part), join(modules, 'hangup', part), { recursive: true });
  }
  cpSync(join(toy, 'package'), join(modules, 'toy-voice'), { recursive: true });
  for (const name of ['ws', 'semver']) symlinkSync(join(root, 'node_modules', name), join(modules, name));
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  return folder;
}

/** Connects, hangs up on a server that answers no close frame, sends too late, and prints the results. */
const hangUp = `
  (async () => {
    const ws = new ToySocket(${JSON.stringify('URL')});
    await ws.connect();
    const { outcome } = await ws.disconnect({ timeout: 100 });
    let late;
    try { ws.send({}); } catch (error) { late = error.code; }
    console.log(outcome, late, ws.socket.readyState);
  })();`;

function program(format: Format, body: string): string[] {
  const source = `${formats[format]}\n${body}${hangUp.replace('URL', server.url.replace('http', 'ws'))}`;
  return [`--input-type=${format === 'esm' ? 'module' : 'commonjs'}`, '-e', source];
}
const hungUp = { code: 0, stdout: 'forced ERR_DISCONNECTED 3\n', stderr: '' };

const asserting: Readonly<Record<Format, string>> = {
  cjs: "require('hangup/verify').assertPatched(ToySocket);",
  esm: "import { assertPatched } from 'hangup/verify'; assertPatched(ToySocket);",
};

test('its folder is small', () => {
  const files = ['index.ts', 'sdk.ts', 'runtime.ts', 'families/index.ts'];
  const lines = files.reduce((sum, file) => sum + linesOf(`overlay/${file}`), 0);
  expect(lines).toBeLessThanOrEqual(170);
});

test('its patches are what the sources make, and have no findings', async () => {
  await command('tools/regen.ts', '--check');
  expect((await command('tools/lint-patches.ts')).stdout).toContain(
    `${sdks.filter(({ isByShape }) => !isByShape).flatMap(versionsOf).length + 1} patches, no findings`,
  );
}, 60_000);

describe.each(['cjs', 'esm'] as const)('%s', (format) => {
  test('published, it has no disconnect()', async () => {
    const { code, stderr } = await node(app(`bare-${format}`), ...program(format, asserting[format]));
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('ERR_PATCH_MISSING') });
  });

  test('overlay() ends its socket', async () => {
    const overlaying = {
      cjs: "require('hangup/toy').overlay(ToySocket);",
      esm: "import { overlay } from 'hangup/toy'; overlay(ToySocket);",
    };
    const result = await node(app(`overlay-${format}`), ...program(format, overlaying[format]));
    expect(result).toMatchObject(hungUp);
  });

  test('hangup/register patches it as it is loaded', async () => {
    const folder = app(`register-${format}`);
    const result = await node(folder, '--import', 'hangup/register', ...program(format, asserting[format]));
    expect(result).toMatchObject(hungUp);
  });

  test('hangup apply patches it on disk', async () => {
    const folder = app(`disk-${format}`);
    const cli = (...argv: string[]) => node(folder, join(folder, 'node_modules/hangup/dist/scripts/cli.js'), ...argv);
    expect(await cli('verify')).toMatchObject({ code: 1 });
    expect(await cli('apply')).toMatchObject({ code: 0, stderr: '' });
    const verified = await cli('verify', '--probe', '--json');
    expect(verified, verified.stdout).toMatchObject({ code: 0 });
    expect(JSON.parse(verified.stdout).copies[0]).toMatchObject({
      package: 'toy-voice',
      probe: [
        { build: 'cjs', patched: true },
        { build: 'esm', patched: true },
      ],
    });
    expect(await node(folder, ...program(format, asserting[format]))).toMatchObject(hungUp);
  });
});

// It plays a thousand scenarios in a process of its own.
test('it keeps the contract of every connection, and the support table says so', async () => {
  const vitest = project.path('node_modules/vitest/vitest.mjs');
  const columns = ['overlay', 'patched', 'both'].flatMap((delivery) => ['--project', delivery]);
  const options = ['--config', 'test/full/vitest.config.ts', '--reporter', './test/full/reporter.ts'];
  const played = await node(
    project.folder,
    vitest,
    'run',
    ...options,
    '-t',
    '^toy 1.0.0 ',
    ...columns,
    'test/contract/every',
  );
  expect(played, played.stdout + played.stderr).toMatchObject({ code: 0 });
  expect(played.stdout).toMatch(/^[1-9]\d* passed, 0 failed/m);

  const file = project.path('test/full/support.json');
  const read = () => JSON.parse(readFileSync(file, 'utf8')) as Record<'node' | 'passed', Record<string, string>>;
  const before = read();
  await command('--input-type=module', '-e', "(await import('./test/full/support.ts')).writeSupport(0)");
  const {
    node: { toy: major },
    passed,
  } = read();
  const cells = ['cjs', 'esm'].flatMap((format) => ['both', 'overlay', 'patched'].map((how) => `${format} ${how}`));
  expect(passed).toEqual(Object.fromEntries(cells.map((cell) => [`toy ToySocket ${cell}`, '1.0.0'])));
  // The other SDKs have not been played in this run.
  writeFileSync(
    file,
    JSON.stringify({ node: { ...before.node, toy: major }, passed: { ...before.passed, ...passed } }),
  );
  await command('test/full/table.ts');
  const row = `| \`ToySocket\`, by \`new ToySocket()\` | 1.0.0 | Node ${major} | Node ${major} |\n`;
  expect(readFileSync(project.path('docs/support.md'), 'utf8')).toContain(row);
}, 180_000);
