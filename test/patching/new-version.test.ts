/** CONTRIBUTING.md promises that a new version of the SDK is one line in targets.ts and one command. */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cartesia } from '../../overlays/cartesia/sdk.ts';
import { aliasOf } from '../../overlays/sdk.ts';
import { newest, pristineFolder, run } from '../support/patching.ts';
import { ProjectCopy } from '../support/project-copy.ts';

const next = '4.3.0';
const { packageName: name } = cartesia;

/** Installs one more version: the newest one under another number. */
function installNext(project: ProjectCopy): void {
  const alias = aliasOf(cartesia, next);
  project.install(alias, pristineFolder(newest), { name, version: next });
  project.edit(`node_modules/${alias}/package.json`, (text) =>
    text.replace(`"version": "${newest}"`, `"version": "${next}"`),
  );
}

test(`${next} takes one line in targets.ts and one command`, async () => {
  const project = new ProjectCopy('new-version');
  const tsx = (...argv: string[]) => run(process.execPath, ['--import', 'tsx', ...argv], { cwd: project.folder });
  try {
    installNext(project);
    let lines = 0;
    project.edit('overlays/cartesia/targets.ts', (text) =>
      text.replace(/^const finalizeVersions = .*$/m, (line) => {
        lines++;
        return line.replace(`'${newest}'`, `'${newest}', '${next}'`);
      }),
    );
    expect(lines).toBe(1);

    const regen = await tsx('tools/regen.ts');
    expect(regen, regen.stderr).toMatchObject({ code: 0 });
    const written = regen.stdout.split('\n').filter((line) => line.startsWith('written'));
    const made = [`${next}.patch`, 'manifest.json'];
    expect(written).toEqual(made.map((file) => `written: patches/${name}/${file}`));
    expect(await tsx('tools/regen.ts', '--check')).toMatchObject({ code: 0 });
    expect(await tsx('tools/lint-patches.ts')).toMatchObject({ code: 0, stderr: '' });

    const app = project.path('app');
    cpSync(project.path('node_modules', aliasOf(cartesia, next)), join(app, 'node_modules', name), { recursive: true });
    writeFileSync(join(app, 'package.json'), '{"private":true}');
    const cli = (command: string) =>
      run(process.execPath, ['--import', 'tsx', project.path('scripts/cli.ts'), command], { cwd: app });
    expect(await cli('verify')).toMatchObject({ code: 1 });
    expect(await cli('apply')).toMatchObject({ code: 0 });
    expect(await cli('verify')).toMatchObject({ code: 0 });
  } finally {
    project.remove();
  }
}, 120_000);
