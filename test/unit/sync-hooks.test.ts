import { expect, test } from 'vitest';
import { hasSyncHooks } from '../../register/sync.ts';

// Seen on each of these: with such a hook, a CommonJS program that requires the SDK is patched, or is not.
test('hooks of some versions of Node leave imported CommonJS alone: these versions are known', () => {
  for (const version of ['22.22.3', '22.23.0', '24.11.1', '24.21.0', '25.1.0', '25.9.0', '26.0.0', '26.9.0'])
    expect(hasSyncHooks(version), version).toBe(true);
  for (const version of ['20.20.2', '22.12.0', '22.15.0', '22.22.2', '23.11.1', '24.0.0', '24.11.0', '25.0.0'])
    expect(hasSyncHooks(version), version).toBe(false);
});
