import { expect, test } from 'vitest';
import { refusal } from '../../register/refusals.ts';

test('a refusal says what is refused, why, and what to do', () => {
  const { code, message } = refusal('foreign', 'a.js cannot be patched', 'it is another file');
  expect(code).toBe('ERR_PATCH_FOREIGN');
  expect(message).toBe(
    'a.js cannot be patched: it is another file. Delete that package and install it again, or set HANGUP_ON_UNPATCHED=warn to run without the patch',
  );
});
