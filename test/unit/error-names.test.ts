import { join } from 'node:path';
import { inspect } from 'node:util';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { root } from '../support/patching.ts';

test.each([false, true])(
  'in a bundle (minified: %s), each class of errors has the name that Node prints',
  async (minify) => {
    const entryPoints = [join(root, 'core/errors.ts')];
    const { outputFiles } = await build({ entryPoints, bundle: true, format: 'cjs', write: false, minify });
    const module = { exports: {} as Record<string, new (text: string) => Error> };
    new Function('module', outputFiles[0]!.text)(module);
    const classes = Object.entries(module.exports).filter(([name]) => name.endsWith('Error'));
    expect(classes.length).toBe(6);
    for (const [name, Class] of classes) {
      expect(Class.name).toBe(name);
      expect(inspect(new Class('x'))).toMatch(new RegExp(`^${name}: `));
    }
  },
);
