/** Copies that look patched and are not. Each case says which message catches it. */
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { formatManifest } from '../../patching/format-manifest.ts';
import { sha256 } from '../../patching/hashes.ts';
import { type Insertion, insert } from '../../patching/insert.ts';
import { type Manifest, parseManifest } from '../../patching/manifest.ts';
import { applyTo } from '../../scripts/commands/apply.ts';
import {
  hangup,
  install,
  name,
  newest,
  outcomeOf,
  ownHangup,
  pristineFolder,
  type RunOptions,
  root,
  run,
  scratch,
  tree,
} from '../support/patching.ts';

const scripts = ['internal/lib/tts/ws.js', 'internal/lib/tts/ws.mjs'];
const module = scripts[1]!;

/** An app with one whole copy, pristine or patched. */
function project(state: 'pristine' | 'patched'): { dir: string; sdk: string } {
  const dir = scratch();
  writeFileSync(join(dir, 'package.json'), '{"name":"app","private":true}');
  const sdk = install(join(dir, 'node_modules', name), newest, 'whole');
  if (state === 'patched') applyTo(sdk);
  return { dir, sdk };
}

function edit(file: string, change: (text: string) => string): void {
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  expect(after, file).not.toBe(before);
  writeFileSync(file, after);
}

const publish = (sdk: string, path: string) => cpSync(join(pristineFolder(newest), path), join(sdk, path));

/** Exit code and all that is said, without and with the probe. */
async function verify(
  dir: string,
  options: RunOptions = {},
): Promise<{ hashes: [number, string]; probe: [number, string] }> {
  const said = async (...args: string[]): Promise<[number, string]> => {
    const { code, stdout, stderr } = await hangup(['verify', ...args], { cwd: dir, ...options });
    return [code!, stdout + stderr];
  };
  return { hashes: await said(), probe: await said('--probe') };
}

const bareBoth = 'probe: cjs not patched and esm not patched';

describe('a copy that only looks patched', { timeout: 60_000 }, () => {
  test('a forged mark on the class', async () => {
    const { dir, sdk } = project('pristine');
    const forged = `TTSWS.prototype[Symbol.for('hangup.patched')] = { version: '0.1.0', family: 'context-router', functions: {} };`;
    for (const path of scripts) edit(join(sdk, path), (text) => `${text}\n${forged}\n`);
    const { hashes, probe } = await verify(dir);
    expect(hashes).toEqual([
      4,
      expect.stringContaining(`${scripts[0]}, ${module} carry the mark of hangup and other changes`),
    ]);
    expect(probe).toEqual([4, expect.stringContaining(bareBoth)]);
  });

  test('the runtime is there and nothing loads it', async () => {
    const { dir, sdk } = project('pristine');
    const patched = project('patched').sdk;
    cpSync(join(patched, 'hangup'), join(sdk, 'hangup'), { recursive: true });
    const { hashes, probe } = await verify(dir);
    expect(hashes).toEqual([1, expect.stringMatching(/partial \(as published: .* more\), delivery: none/)]);
    expect(probe).toEqual([1, expect.stringContaining(bareBoth)]);
  });

  test('one of two builds is patched', async () => {
    const { dir, sdk } = project('patched');
    publish(sdk, module);
    const { hashes, probe } = await verify(dir);
    expect(hashes).toEqual([1, expect.stringContaining(`cjs+esm partial (as published: ${module}), delivery: none`)]);
    expect(probe).toEqual([1, expect.stringContaining('probe: cjs patched and esm not patched')]);
  });

  test('one of two copies is patched', async () => {
    const { dir } = project('patched');
    install(join(dir, 'node_modules/agent/node_modules', name), '3.5.1', 'whole');
    const { hashes, probe } = await verify(dir);
    expect(hashes).toEqual([1, expect.stringContaining('\n1 of 2 copies patched')]);
    expect(hashes[1]).toContain(`agent/node_modules/${name} 3.5.1 cjs+esm pristine, delivery: none`);
    expect(probe).toEqual([
      1,
      expect.stringMatching(/cjs patched and esm patched\n.*cjs not patched and esm not patched\n/),
    ]);
  });

  test('a byte of the runtime is changed', async () => {
    const { dir, sdk } = project('patched');
    edit(join(sdk, 'hangup/runtime.cjs'), (text) =>
      text.replace('super("ERR_DISCONNECTED"', 'super("ERR_DISCONNECTEE"'),
    );
    const { hashes, probe } = await verify(dir);
    expect(hashes).toEqual([4, expect.stringContaining('hangup/runtime.cjs was changed after hangup wrote it')]);
    expect(probe).toEqual([4, expect.stringContaining(bareBoth)]);
  });

  test('the patch is applied twice', async () => {
    const { dir, sdk } = project('patched');
    const { files } = manifestOf(root).versions[newest]!;
    const { insertions } = files[module] as { insertions: Insertion[] };
    writeFileSync(join(sdk, module), insert(readFileSync(join(sdk, module)), insertions));
    const { hashes, probe } = await verify(dir);
    expect(hashes).toEqual([4, expect.stringContaining(`${module} carries the patch twice`)]);
    // An ES module cannot import the same name twice.
    expect(probe).toEqual([4, expect.stringContaining('cjs patched and esm not patched')]);
  });
});

const manifestFile = `patches/${name}/manifest.json`;
const manifestOf = (home: string) => parseManifest(readFileSync(join(home, manifestFile), 'utf8'));

type Entry = Manifest['versions'][string];

function editManifest(home: string, change: (entry: Entry) => void): void {
  const manifest = manifestOf(home);
  change(manifest.versions[newest]!);
  writeFileSync(join(home, manifestFile), formatManifest(manifest));
}

/** Changes the insertions of one file, and its hash to match. */
function forge({ files }: Entry, path: string, change: (insertion: Insertion) => Insertion): void {
  const file = files[path]!;
  if (file.pre === null) return;
  file.insertions = file.insertions.map(change);
  file.post = sha256(insert(readFileSync(join(pristineFolder(newest), path)), file.insertions));
}

describe("hangup's manifest is edited", { timeout: 60_000 }, () => {
  const importFile = 'hangup/import.cjs';
  const edits: ['apply refuses it' | 'only the probe sees it', string, (entry: Entry) => void][] = [
    [
      'apply refuses it',
      'no lines to add',
      ({ files }) => {
        files[module] = { ...files[module]!, insertions: [] } as never;
      },
    ],
    [
      'apply refuses it',
      'other lines to add',
      ({ files }) => {
        files[module] = { ...files[module]!, insertions: [{ offset: 0, text: '// hangup\n' }] } as never;
      },
    ],
    [
      'apply refuses it',
      'another hash of an added file',
      ({ files }) => {
        files[importFile] = { ...files[importFile]!, post: sha256('another') };
      },
    ],
    [
      'only the probe sees it',
      'the published hash for the patched one',
      ({ files }) => {
        for (const file of Object.values(files)) if (file.pre !== null) file.post = file.pre;
      },
    ],
    [
      'only the probe sees it',
      'one build left out',
      ({ files }) => {
        delete files[module];
      },
    ],
    [
      'only the probe sees it',
      'an added file left out',
      ({ files }) => {
        delete files[importFile];
      },
    ],
    [
      'only the probe sees it',
      'one of two lines, with the hash to match',
      (entry) => forge(entry, module, ({ offset, text }) => ({ offset, text: `${text.split('\n')[0]}\n` })),
    ],
    [
      'only the probe sees it',
      'another place, with the hash to match',
      (entry) => forge(entry, module, ({ text }) => ({ offset: 2, text })),
    ],
  ];

  test.each(edits)('%s: %s', async (seen, _, change) => {
    const { dir, sdk } = project('pristine');
    const home = await ownHangup();
    editManifest(home, change);
    const before = tree(sdk);
    const applied = await hangup(['apply'], { cwd: dir, home });
    if (seen === 'apply refuses it') {
      expect(applied).toMatchObject({ code: 1, stderr: expect.stringContaining('error ERR_PATCH_INSTALL: ') });
      expect(tree(sdk)).toEqual(before);
      return;
    }
    expect(applied).toMatchObject({ code: 0, stderr: '' });
    const { hashes, probe } = await verify(dir, { home });
    expect(hashes).toEqual([0, expect.stringContaining('patched, delivery: files on disk')]);
    expect(probe).toEqual([1, expect.stringContaining('error ERR_PATCH_PROBE: ')]);
  });

  test('the hash of a file that somebody has made: only the probe sees it', async () => {
    const { dir, sdk } = project('patched');
    const home = await ownHangup();
    edit(join(sdk, module), (text) => text.replace('hangup.install(TTSWS);', ''));
    editManifest(home, ({ files }) => {
      files[module]!.post = sha256(readFileSync(join(sdk, module)));
    });
    const { hashes, probe } = await verify(dir, { home });
    expect(hashes).toEqual([0, expect.stringContaining('patched, delivery: files on disk')]);
    expect(probe).toEqual([1, expect.stringContaining('probe: cjs patched and esm not patched')]);
  });

  test('comments in place of calls, with hashes to match: only the probe sees it', async () => {
    const { dir } = project('pristine');
    const home = await ownHangup();
    const commented = (text: string) => text.replace(/^(?:import hangup|hangup\.|require\(").*$/gm, '// hangup');
    editManifest(home, (entry) => {
      for (const path of Object.keys(entry.files))
        forge(entry, path, ({ offset, text }) => ({ offset, text: commented(text) }));
    });
    expect(await hangup(['apply'], { cwd: dir, home })).toMatchObject({ code: 0 });
    const { hashes, probe } = await verify(dir, { home });
    expect(hashes).toEqual([0, expect.stringContaining('patched, delivery: files on disk')]);
    expect(probe[0]).toBe(1);
    expect(probe[1]).toContain(bareBoth);
    expect(probe[1]).toMatch(
      /error ERR_PATCH_PROBE: .* has the files of a patched copy, and does not behave as patched: cjs: TTSWS: it/,
    );
    const json = outcomeOf(await hangup(['verify', '--probe', '--json'], { cwd: dir, home }));
    expect(json).toMatchObject({ ok: false, exitCode: 1, error: { code: 'ERR_PATCH_PROBE' } });
    expect(json.copies[0]!.probe).toEqual([
      { build: 'cjs', patched: false, reason: 'TTSWS: it has no disconnect()' },
      { build: 'esm', patched: false, reason: 'TTSWS: it has no disconnect()' },
    ]);
  });
});

test('published files that behave as patched are a contradiction too', { timeout: 60_000 }, async () => {
  const { dir, sdk } = project('pristine');
  const patched = project('patched').sdk;
  const preload = join(dir, 'preload.cjs');
  const [from, to] = [sdk, patched].map((path) => JSON.stringify(path));
  writeFileSync(
    preload,
    `const Module = require('node:module');
    const resolve = Module._resolveFilename;
    Module._resolveFilename = (request, ...rest) => resolve.call(Module, request.replace(${from}, ${to}).replace(/^${name.replace('/', '\\/')}/, ${to}), ...rest);`,
  );
  const env = { NODE_OPTIONS: `--require ${preload}` };
  expect(await hangup(['verify'], { cwd: dir, env })).toMatchObject({ code: 1, stderr: '' });
  const probed = await hangup(['verify', '--probe'], { cwd: dir, env });
  expect(probed).toMatchObject({ code: 1, stdout: expect.stringContaining('cjs patched and esm not patched') });
  expect(probed.stderr).toMatch(/ERR_PATCH_PROBE: .* has the files as published, and behaves as patched \(cjs\)/);
});

describe.each(['esm', 'cjs'] as const)('assertPatched() in a bundle, %s', { timeout: 60_000 }, (format) => {
  const source = (sdk: string, between = '') => `
    import { TTSWS } from ${JSON.stringify(join(sdk, `resources/tts/ws.${format === 'esm' ? 'mjs' : 'js'}`))};
    import { assertPatched } from ${JSON.stringify(join(root, 'scripts/verify.ts'))};
    ${between}
    try { assertPatched(TTSWS); console.log('patched'); } catch (error) { console.log(error.code, error.message); }`;

  async function bundled(sdk: string, between?: string): Promise<string> {
    const outfile = join(dirname(dirname(dirname(sdk))), format === 'esm' ? 'bundle.mjs' : 'bundle.cjs');
    await build({
      stdin: { contents: source(sdk, between), resolveDir: root },
      outfile,
      format,
      bundle: true,
      minify: true,
      platform: 'node',
      external: ['ws'],
      logLevel: 'error',
      // verify() itself is never called.
      define: { 'import.meta.url': JSON.stringify(pathToFileURL(outfile).href) },
    });
    expect(existsSync(outfile)).toBe(true);
    const ran = await run(process.execPath, [outfile]);
    return ran.stdout + ran.stderr;
  }

  test('of a patched SDK, of an unpatched one, and of one with a forged mark', async () => {
    const { sdk } = project('pristine');
    expect(await bundled(project('patched').sdk)).toBe('patched\n');
    expect(await bundled(sdk)).toMatch(/^ERR_PATCH_MISSING \w+ is not patched/);
    const forged = (functions: string) =>
      `TTSWS.prototype[Symbol.for('hangup.patched')] = { version: '0.1.0', family: 'context-router', functions: ${functions} };`;
    for (const functions of ['{}', '{ send: TTSWS.prototype.send }', '{ disconnect() {} }']) {
      expect(await bundled(sdk, forged(functions))).toMatch(/^ERR_PATCH_FOREIGN \w+ is only marked/);
    }
  });
});
