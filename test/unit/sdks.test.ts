/** The declarations of every SDK fit together. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sort } from 'semver';
import { describe, expect, test } from 'vitest';
import { aliasOf, type Sdk, type Target, versionsOf } from '../../overlays/sdk.ts';
import { sdks } from '../../overlays/sdks.ts';
import type { Family } from '../../overlays/seams/family.ts';
import { root } from '../support/sdk.ts';

const target = (...versions: string[]) => ({ versions }) as unknown as Target;

test('versions are in order of release, not of their letters', () => {
  const sdk = { targets: [target('4.10.0', '4.2.0'), target('1.0.0', '1.0.0-alpha.4', '4.2.0')] } as unknown as Sdk;
  expect(versionsOf(sdk)).toEqual(['1.0.0-alpha.4', '1.0.0', '4.2.0', '4.10.0']);
  for (const one of sdks) expect(versionsOf(one)).toEqual(sort(versionsOf(one).reverse()));
});

test('every SDK has a folder, a package and aliases of its own', () => {
  for (const key of ['name', 'packageName'] as const) {
    const values = sdks.map((sdk) => sdk[key]);
    expect(values).toEqual([...new Set(values)]);
  }
});

describe.each(sdks)('$name', (sdk) => {
  const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'));

  test('its kinds, families and targets have the same names', async () => {
    const { families } = (await import(`../../overlays/${sdk.name}/families/index.ts`)) as { families: Family[] };
    const kinds = Object.keys(sdk.kinds).sort();
    // A family more is one of classes that nobody can import: no target names them.
    expect(families.map(({ name }) => name)).toEqual(expect.arrayContaining(kinds));
    expect([...new Set(sdk.targets.map(({ family }) => family))].sort()).toEqual(kinds);
  });

  test('a family that no member tells from others has a name that a patch can state', async () => {
    const { families } = (await import(`../../overlays/${sdk.name}/families/index.ts`)) as { families: Family[] };
    const named = families
      .filter(({ name, prototypeOf }) => name in sdk.kinds && prototypeOf !== undefined)
      .map(({ name }) => name);
    const declared = Object.entries(sdk.kinds).filter(([, { named }]) => named);
    // Each name once: which family a mark means must not depend on their order.
    expect(named.sort()).toEqual(declared.map(([name]) => name).sort());
  });

  test('package.json exports its overlay, and names its package as an optional peer', () => {
    const { exports, peerDependencies, peerDependenciesMeta } = read('package.json');
    expect(exports[`./${sdk.name}`]).toBe(`./dist/overlays/${sdk.name}/index.js`);
    expect(peerDependencies).toHaveProperty([sdk.packageName]);
    expect(peerDependenciesMeta[sdk.packageName]).toEqual({ optional: true });
  });

  test('every version is pinned, and the pinned packages have the files of its builds', () => {
    const { dependencies } = read('test/sdks/package.json');
    for (const version of versionsOf(sdk)) {
      expect(dependencies[aliasOf(sdk, version)]).toBe(`npm:${sdk.packageName}@${version}`);
    }
    for (const { builds, broken = [], versions } of sdk.targets) {
      const files = [...builds.flatMap(({ file, types }) => [file, types]), ...broken.map(({ file }) => file)];
      for (const version of versions) {
        const folder = join(root, 'node_modules', aliasOf(sdk, version));
        for (const file of files) expect(existsSync(join(folder, file)), `${version} ${file}`).toBe(true);
      }
    }
  });
});
