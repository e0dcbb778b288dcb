import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import base, { projects } from '../../vitest.config.ts';

/** Tests that do not depend on the cell are left out, and so are those of the proposal. */
const exclude = [
  'test/{agents,bundles,documents,lifecycle,native,patching,pipecat,receive,register,scripts,sdk,testing,types,unit,upstream,ws}/**',
  '**/property.test.ts',
  '**/controls.test.ts',
  '**/memory.test.ts',
  '**/many.test.ts',
  '**/examples.test.ts',
];

// The set-up, which makes the copies of the SDKs, runs in this process, and the tests inherit it.
process.env.HANGUP_FULL = '1';

export default defineConfig({
  root: fileURLToPath(new URL('../../', import.meta.url)),
  test: { ...base.test, projects: projects(exclude, ['bare', 'overlay', 'patched', 'both']) },
});
