import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import base, { projects } from '../../vitest.config.ts';

/** What names its cells runs in full; patching, units, types and properties are the same on every run and are left out, and so is what is not hangup's. */
const exclude = [
  'test/{patching,unit,types,native,upstream,bundles}/**',
  '**/property.test.ts',
  '**/controls.test.ts',
  '**/memory.test.ts',
];

export default defineConfig({
  root: fileURLToPath(new URL('../../', import.meta.url)),
  test: { ...base.test, projects: projects(exclude, { HANGUP_FULL: '1' }) },
});
