/** `node --import hangup/register`: the patches in memory, seen by what an app loads. Nothing on disk may change. */
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyTo } from '../../scripts/commands/apply.ts';
import { isLong } from '../contract/played.ts';
import { replaceFile } from '../support/link-folder.ts';
import { install, name, newest, outcomeOf, run, tree } from '../support/patching.ts';
import { app, buildHangup, cjs, esm, start, told } from './hooked-app.ts';

buildHangup();

describe('hangup/register', () => {
  test('patches both builds as they are loaded, and nothing on disk', async () => {
    const { dir, sdk } = app();
    const before = tree(sdk);
    expect(await start(dir, 'a.mjs', esm)).toMatchObject({ code: 0, stdout: 'function function\n', stderr: '' });
    expect(await start(dir, 'b.cjs', cjs)).toMatchObject({ code: 0, stdout: 'function function\n', stderr: '' });
    expect(tree(sdk)).toEqual(before);
    const bare = await run(process.execPath, ['a.mjs'], { cwd: dir });
    expect(bare).toMatchObject({ code: 0, stdout: 'undefined undefined\n' });
  });

  test('finds ws from where the SDK is, as the patch on disk does', async () => {
    const { dir } = app();
    const source = `import { Cartesia } from '${name}';
      const client = new Cartesia({ apiKey: 'sk_car_TESTKEYdonotprint', baseURL: 'https://127.0.0.1:1' });
      client.tts.websocket().catch((error) => console.log(error.code));`;
    expect(await start(dir, 'a.mjs', source)).toMatchObject({ code: 0, stdout: 'ECONNREFUSED\n', stderr: '' });
  });

  test('an aliased copy is known by its package.json', async () => {
    const { dir } = app('voice');
    expect(await start(dir, 'b.cjs', cjs.replaceAll(name, 'voice'))).toMatchObject({ stdout: 'function function\n' });
    expect(await start(dir, 'a.mjs', esm.replaceAll(name, 'voice'))).toMatchObject({ stdout: 'function function\n' });
  });

  test('a copy that is patched on disk is left as it is, and said to be', async () => {
    const { dir, sdk } = app();
    applyTo(sdk);
    const status = `${esm} import { loadStatus } from 'hangup/verify';
      setTimeout(() => console.log([...new Set(loadStatus().map(({ state }) => state))].join()), 50);`;
    expect(await start(dir, 'a.mjs', status)).toMatchObject({ code: 0, stdout: 'function function\non-disk\n' });
  });

  test('verify() in the process counts what the hook patches; without it the same copy is pristine', async () => {
    const { dir } = app();
    const source = `import { verify } from 'hangup/verify'; const { ok, copies } = await verify();
      console.log(ok, copies[0].state, copies[0].delivery);`;
    expect(await start(dir, 'a.mjs', source)).toMatchObject({ stdout: 'true pristine load hook\n' });
    expect(await run(process.execPath, ['a.mjs'], { cwd: dir })).toMatchObject({
      stdout: 'false pristine none\n',
    });
  });

  test('verify --probe loads the copy under the hook that it runs under itself, by option or by environment', async () => {
    const { dir } = app();
    const verdict = { ok: true, copies: [{ delivery: 'load hook', probe: [{ patched: true }, { patched: true }] }] };
    const source = `import { verify } from 'hangup/verify'; console.log(JSON.stringify(await verify({ probe: true })));`;
    expect(outcomeOf(await start(dir, 'a.mjs', source))).toMatchObject(verdict);
    const cli = (env = {}) =>
      run(process.execPath, ['node_modules/hangup/dist/scripts/cli.js', 'verify', '--probe', '--json'], {
        cwd: dir,
        env,
      });
    expect(outcomeOf(await cli({ NODE_OPTIONS: '--import hangup/register' }))).toMatchObject(verdict);
    const without = [{ delivery: 'none', probe: [{ patched: false }, { patched: false }] }];
    expect(outcomeOf(await cli())).toMatchObject({ ok: false, exitCode: 1, copies: without });
  });

  const source = { 'a.mjs': esm, 'b.cjs': cjs };
  test.each(['a.mjs', 'b.cjs'] as const)('%s: a foreign copy stops the import, or is warned of', async (file) => {
    const { dir, sdk } = app();
    for (const build of ['js', 'mjs']) {
      const changed = join(sdk, `internal/lib/tts/ws.${build}`);
      replaceFile(changed, `// by hand\n${readFileSync(changed, 'utf8')}`);
    }
    const refused = await start(dir, file, source[file]);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/ERR_PATCH_FOREIGN|is neither as published nor as hangup makes it/);
    const warned = await start(dir, file, source[file], { env: { HANGUP_ON_UNPATCHED: 'warn' } });
    expect(warned).toMatchObject({ code: 0, stdout: 'undefined function\n' });
    expect(warned.stderr.match(/HangupWarning/g)).toHaveLength(1);
  });

  const changes: [string, (text: string) => string][] = [
    ['a byte changed', (text) => text.replace('TTSWS', 'TTSWT')],
    ['CRLF line ends', (text) => text.replaceAll('\n', '\r\n')],
    ['the end cut off', (text) => text.slice(0, -1)],
    ['nothing in it', () => ''],
  ];
  test.each(isLong ? changes : changes.slice(0, 1))('a copy with %s is foreign', async (_, edit) => {
    const { dir, sdk } = app();
    for (const build of ['js', 'mjs']) {
      const changed = join(sdk, `internal/lib/tts/ws.${build}`);
      replaceFile(changed, edit(readFileSync(changed, 'utf8')));
    }
    for (const file of ['a.mjs', 'b.cjs'] as const) {
      const refused = await start(dir, file, source[file]);
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toContain('it is neither as published nor as hangup makes it');
    }
  });

  test.each(['a.mjs', 'b.cjs'] as const)("%s: a damaged or missing runtime of hangup's own stops it", async (file) => {
    const { dir } = app();
    const runtime = join(dir, 'node_modules/hangup/patches', name, 'runtime.cjs');
    replaceFile(runtime, readFileSync(runtime, 'utf8').slice(0, -1));
    const damaged = await start(dir, file, source[file]);
    expect(damaged).toMatchObject({ code: 1, stdout: '' });
    expect(damaged.stderr).toMatch(/runtime\.cjs: it is not the file that manifest\.json knows/);
    rmSync(runtime);
    const missing = await start(dir, file, source[file]);
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toMatch(/cannot read .*runtime\.cjs/);
  });

  test.each(['a.mjs', 'b.cjs'] as const)(
    '%s: an unsupported version stops the import, or is warned of',
    async (file) => {
      const { dir, sdk } = app();
      const manifest = readFileSync(join(sdk, 'package.json'), 'utf8');
      replaceFile(join(sdk, 'package.json'), manifest.replace(/"version": "[^"]+"/, '"version": "99.0.0"'));
      const refused = await start(dir, file, source[file]);
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toContain(`${sdk} is ${name} 99.0.0, which has no patch: hangup`);
      expect(refused.stderr).toContain(`Run "npm install ${name}@4.2.0", or "npm install hangup@latest"`);
      expect(refused.stderr).not.toContain('package.json');
      const warned = await start(dir, file, source[file], { env: { HANGUP_ON_UNPATCHED: 'warn' } });
      expect(warned).toMatchObject({ code: 0, stdout: 'undefined undefined\n' });
      expect(warned.stderr.match(/99\.0\.0, which has no patch/g)).toHaveLength(1);
    },
  );

  test('an unsupported version stops every import, not only the first', async () => {
    const { dir, sdk } = app();
    const manifest = readFileSync(join(sdk, 'package.json'), 'utf8');
    replaceFile(join(sdk, 'package.json'), manifest.replace(/"version": "[^"]+"/, '"version": "99.0.0"'));
    const source = `for (const path of ['', '/resources/tts/ws', '/version'])
      await import('${name}' + path).then(() => console.log(path, 'loaded'), () => console.log('refused'));`;
    expect(await start(dir, 'a.mjs', source)).toMatchObject({ stdout: 'refused\nrefused\nrefused\n' });
  });

  test('an unknown policy is an error at once', async () => {
    const { dir } = app();
    const run = await start(dir, 'a.mjs', esm, { env: { HANGUP_ON_UNPATCHED: 'ignore' } });
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain('it is no policy');
  });
});

describe('several copies', () => {
  test('in the layout of pnpm: known by the real path', async () => {
    const { dir, sdk } = app();
    const store = join(dir, 'node_modules/.pnpm/sdk@4/node_modules');
    const linked = join(store, name);
    mkdirSync(dirname(linked), { recursive: true });
    renameSync(sdk, linked);
    symlinkSync(linked, sdk);
    renameSync(join(dir, 'node_modules/ws'), join(store, 'ws'));
    for (const [file, source] of Object.entries({ 'a.mjs': esm, 'b.mjs': told, 'c.cjs': cjs })) {
      const said = source === told ? /^true undefined load hook patched/ : /^function function$/m;
      const stdout = expect.stringMatching(said);
      expect(await start(dir, file, source)).toMatchObject({ code: 0, stdout, stderr: '' });
    }
  });

  test('of two versions, one of them patched on disk: each once', async () => {
    const { dir, sdk } = app();
    install(join(dir, 'node_modules/old'), '3.5.1', 'whole');
    applyTo(sdk);
    const old = esm.replaceAll(name, 'old').replace(/\{ (Cartesia|TTSWS) \}/g, '{ $1 as Old$1 }');
    const source = `${esm} ${old.replace(/ console.*/, '')}
      console.log(typeof OldTTSWS.prototype.disconnect, typeof OldCartesia.prototype.disconnect);
      const { verify, loadStatus } = await import('hangup/verify');
      for (const { version, delivery } of (await verify()).copies) console.log(version, delivery);
      for (const line of new Set(loadStatus().map(({ version, state }) => version + ' ' + state))) console.log(line);`;
    const { code, stdout } = await start(dir, 'a.mjs', source);
    expect({ code, lines: stdout.trim().split('\n').sort() }).toEqual({
      code: 0,
      lines: [
        '3.5.1 load hook',
        '3.5.1 patched',
        `${newest} disk`,
        `${newest} on-disk`,
        'function function',
        'function function',
      ],
    });
  });
});
