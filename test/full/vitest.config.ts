import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** What names its cells runs in full; patching, units, types and properties are the same on every run and are left out, and so is what is not hangup's. */
export default mergeConfig(base, {
  root: fileURLToPath(new URL('../../', import.meta.url)),
  test: {
    exclude: [
      '**/node_modules/**',
      'test/{patching,unit,types,native,upstream,bundles}/**',
      '**/property.test.ts',
      '**/targets.test.ts',
      '**/memory.test.ts',
    ],
    env: { HANGUP_FULL: '1' },
  },
});
