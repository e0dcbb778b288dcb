import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, parse } from 'node:path';
import { gte, lt } from 'semver';
import { aliasOf, type Sdk, targetsOf, versionsOf } from '../overlays/sdk.ts';
import { sdks } from '../overlays/sdks.ts';
import { readPatch } from '../patching/complete-patch.ts';
import { packageRoot } from '../patching/package-json.ts';
import { loadPatchSets } from '../patching/patch-sets.ts';
import { linkDependencies } from '../test/support/link-folder.ts';
import { brokenLinks, readDocuments } from './documents.ts';

// npm run package: packs hangup, and uses the tarball as an app would that has every SDK. Exits 1 on any finding.
interface Packed {
  filename: string;
  size: number;
  unpackedSize: number;
  entryCount: number;
  files: { path: string }[];
}

const root = packageRoot();
const scratch = mkdtempSync(join(tmpdir(), 'hangup-package-'));
const findings: string[] = [];
const kB = (bytes: number) => `${Math.round(bytes / 1000)} kB`;
const bin = (name: string) => join(root, 'node_modules/.bin', name);

function attempt(what: string, command: string, args: string[], cwd = root): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  const output = `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trim();
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'}  ${what}`);
  if (status !== 0) findings.push(`${what}\n${output.replace(/^/gm, '    ')}`);
  return stdout ?? '';
}

try {
  // Built first and packed without scripts, because the output of `prepack` would be mixed with the JSON.
  attempt('build', 'npm', ['run', '--silent', 'build']);
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch];
  const [packed] = JSON.parse(execFileSync('npm', pack, { cwd: root, encoding: 'utf8', stdio: 'pipe' })) as Packed[];
  const tarball = join(scratch, packed!.filename);
  console.log(`packed  ${kB(packed!.size)}, unpacked ${kB(packed!.unpackedSize)}, ${packed!.entryCount} files`);
  const alien = packed!.files.filter(
    ({ path }) =>
      !/^dist\/|^docs\/.+\.(md|svg)$|^patches\/.+\.(patch|json|cjs|cts)$|^(package\.json|(README|APPLY|CHANGELOG|CONTRACT|SECURITY)\.md|LICENSE|NOTICE)$/.test(
        path,
      ),
  );
  for (const { path } of alien) findings.push(`${path} is packed and should not be`);

  checkSize(packed!);
  checkLinks(packed!);

  attempt('publint', bin('publint'), ['--strict', tarball]);
  // From 20.19 on, Node can require an ES module. Not checked: the resolution of Node 10, which knows no `exports`.
  attempt('attw', bin('attw'), ['--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm', '--', tarball]);
  const app = install(tarball);
  useInstalled(app);
  useTypes(app);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
for (const finding of findings) console.error(finding);
if (findings.length > 0) process.exitCode = 1;

/** Compares the size that the README states with the real one. */
function checkSize({ size, unpackedSize }: Packed): void {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const stated = /less than (\d+) kB packed and (\d+) kB unpacked/.exec(readme);
  for (const [index, bytes] of [size, unpackedSize].entries()) {
    const most = Number(stated?.[index + 1]) * 1000;
    if (bytes < most && bytes > 0.8 * most) continue;
    findings.push(`README.md: "${stated?.[0]}", and the package has ${kB(size)} and ${kB(unpackedSize)}`);
  }
}

/** Finds links of the packed documents to files that are not packed. Only CONTRACT.md may have them: it names its tests. */
function checkLinks({ files }: Packed): void {
  const paths = new Set(files.map(({ path }) => path));
  const documents = readDocuments().filter(({ path }) => paths.has(path));
  for (const document of documents.filter(({ path }) => path !== 'CONTRACT.md'))
    findings.push(...brokenLinks(document, documents, (path) => paths.has(path)));
}

function newestOf(sdk: Sdk): string {
  return versionsOf(sdk).at(-1)!;
}

/** Installs the tarball and the newest version of every SDK without a network: they are copied from here. */
function install(tarball: string): string {
  const app = join(scratch, 'app');
  const target = join(app, 'node_modules/hangup');
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
  const { dependencies } = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  // hangup/testing needs ws.
  for (const name of [...Object.keys(dependencies), 'ws'])
    cpSync(join(root, 'node_modules', name), join(app, 'node_modules', name), { recursive: true });
  // They find their many dependencies from where they really are.
  for (const name of ['bullmq', 'ioredis'])
    symlinkSync(join(root, 'node_modules', name), join(app, 'node_modules', name));
  for (const sdk of sdks) {
    const pinned = join(root, 'node_modules', aliasOf(sdk, newestOf(sdk)));
    cpSync(pinned, join(app, 'node_modules', sdk.packageName), { recursive: true });
    linkDependencies(pinned, app);
  }
  writeFileSync(join(app, 'package.json'), '{"private":true,"type":"module"}');
  return app;
}

function useInstalled(app: string): void {
  const node = (what: string, ...args: string[]) => attempt(what, process.execPath, args, app);
  const { exports } = JSON.parse(readFileSync(join(app, 'node_modules/hangup/package.json'), 'utf8')) as {
    exports: Record<string, unknown>;
  };
  // On Node 20.19 and later, an ES module without top-level await can be required.
  // The load hook exports nothing, and modules of types neither.
  const hasCode = (subpath: string) => !subpath.endsWith('.json') && subpath !== './register' && !subpath.includes('*');
  const commonJs = readdirSync(join(app, 'node_modules/hangup/dist/cjs'))
    .filter((file) => file.endsWith('.cjs'))
    .map((file) => `./cjs/${parse(file).name}`);
  for (const subpath of [...Object.keys(exports).filter(hasCode), ...commonJs]) {
    const specifier = `hangup${subpath.slice(1)}`;
    const some = subpath.startsWith('./types/')
      ? ''
      : `if (Object.keys(module).length === 0) throw new Error('it exports nothing')`;
    node(`import('${specifier}')`, '--input-type=module', '-e', `const module = await import('${specifier}'); ${some}`);
    node(
      `require('${specifier}')`,
      '--input-type=commonjs',
      '-e',
      `{ const module = require('${specifier}'); ${some} }`,
    );
  }
  const blocked = `import { createShutdown } from 'hangup/lifecycle';
    createShutdown({ timeout: 1500 }).use('sessions', 'blocks', () => { for (;;); });
    setInterval(() => process.kill(process.pid, 'SIGTERM'), 100);`;
  // Its watchdog is a file of its own.
  const options = { cwd: app, encoding: 'utf8', timeout: 20_000 } as const;
  const { status, signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', blocked], options);
  if (status !== 1) findings.push(`a process that is blocked exits with ${status ?? signal}\n${stderr}`);
  const asserting = (all: readonly Sdk[]) => `import { assertPatched, verify } from 'hangup/verify';
    ${all.map(assertNewest).join('\n')}`;
  const patched = sdks.filter(({ isByShape }) => !isByShape);
  const cli = join(app, 'node_modules/hangup/dist/scripts/cli.js');
  const register = ['--import', 'hangup/register'];
  node('node --import hangup/register', ...register, '--input-type=module', '-e', asserting(sdks));
  node('hangup --help', cli, '--help');
  node('hangup apply', cli, 'apply');
  node('hangup verify', cli, 'verify');
  node('hangup verify --probe', cli, 'verify', '--probe');
  const verified = `${asserting(patched)}
    if (!(await verify()).ok) throw new Error('verify() says that it is not patched');`;
  node('verify() and assertPatched() in an app', '--input-type=module', '-e', verified);
  // The tarball has the complete patch in parts.
  const sets = loadPatchSets(join(root, 'patches'));
  for (const sdk of patched) {
    const version = newestOf(sdk);
    const complete = readPatch(sets.find((set) => set.package === sdk.packageName)!, version);
    const exported = node(`hangup export npm --version ${version}`, cli, 'export', 'npm', '--version', version);
    if (exported !== complete) findings.push(`hangup export npm does not print the patch of ${version}`);
  }
}

/** Source that asserts the patch of one class of the newest version: of connections, where they can be imported. */
function assertNewest(sdk: Sdk, index: number): string {
  const targets = targetsOf(sdk, newestOf(sdk)).filter(({ isLocal }) => !isLocal);
  const ofConnections = targets.find(({ family }) => sdk.kinds[family]!.role === 'connection');
  const { importFrom, isDefault, className, importedAs = className } = ofConnections ?? targets[0]!;
  return `import { ${isDefault ? 'default' : importedAs} as Class${index} } from '${importFrom}'; assertPatched(Class${index});`;
}

/** Compiles programs of users and checks the declarations, with this TypeScript and with the older one that attw uses. */
function useTypes(app: string): void {
  cpSync(join(root, 'test/types/consumer'), app, { recursive: true });
  cpSync(join(app, 'esm.mts'), join(app, 'bundled.ts'));
  // The SDK's own types refer to them.
  symlinkSync(join(root, 'node_modules/@types'), join(app, 'node_modules/@types'));
  const attw = createRequire(join(root, 'node_modules/@arethetypeswrong/core/package.json'));
  const compilers = [createRequire(import.meta.url), attw].map((require) => require.resolve('typescript/package.json'));
  const common = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022', '--types', 'node'];
  for (const file of compilers) {
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
    const compile = (options: string, ...files: string[]) => {
      const args = [join(dirname(file), 'bin/tsc'), ...common, ...options.split(' '), ...files];
      attempt(`tsc ${version} ${options} ${files.join(' ')}`, process.execPath, args, app);
    };
    compile('--module nodenext', 'esm.mts', 'lifecycle.mts', 'agents.mts', 'dynamic.cts');
    // TypeScript allows `require()` of an ES module from 5.8 on.
    if (gte(version, '5.8.0')) compile('--module nodenext', 'commonjs.cts');
    compile('--module node16', 'esm.mts', 'lifecycle.mts', 'agents.mts', 'dynamic.cts');
    // The resolution of Node 10, which TypeScript 7 has dropped, reads `typesVersions` in place of `exports`.
    if (lt(version, '7.0.0')) compile('--module commonjs', 'commonjs.cts', 'dynamic.cts');
    compile('--module esnext --moduleResolution bundler', 'bundled.ts');
  }
}
