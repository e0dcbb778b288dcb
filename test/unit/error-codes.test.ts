/** core/error-codes.ts has every code that the sources use, and no other. `npm run lint` checks the documents. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorCodes, exitCodes } from '../../core/error-codes.ts';
import { PatchError } from '../../core/errors.ts';
import { packageRoot } from '../../patching/package-json.ts';
import { exitCodeOf, failure } from '../../scripts/outcome.ts';
import { catalogue } from '../../tools/error-catalogue.ts';
import { product } from '../../tools/import-rules.ts';

const root = packageRoot();

/** Codes of Node's own errors. */
const ofNode = new Set(['ERR_INVALID_URL', 'ERR_SERVER_NOT_RUNNING', 'ERR_UNHANDLED_ERROR']);

const used = new Set(
  product.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && file !== 'error-codes.ts')
      .flatMap((file) => [...readFileSync(join(root, folder, file), 'utf8').matchAll(/(?<=')ERR_[A-Z_]*[A-Z](?=')/g)])
      .map(([code]) => code)
      .filter((code) => !ofNode.has(code)),
  ),
);

test('the list has every code of the sources, and no other', () => {
  expect(used.size).toBeGreaterThan(10);
  expect(Object.keys(errorCodes).sort()).toEqual([...used].sort());
});

test('every code has a cause and a remedy', () => {
  for (const [code, explanations] of Object.entries(catalogue)) {
    expect(Object.keys(explanations), code).not.toEqual([]);
    for (const { cause, remedy } of Object.values(explanations)) {
      expect(cause, code).toMatch(/\w{4}.*\.$/);
      expect(remedy, code).toMatch(/\w{3}/);
    }
  }
});

test('a code that is not in the list does not compile', () => {
  // @ts-expect-error It is misspelt.
  const misspelt = new PatchError('ERR_PATCH_FOREIGNN', 'what', 'why', 'next');
  // @ts-expect-error It is the code of another class.
  const other = new PatchError('ERR_DISCONNECTED', 'what', 'why', 'next');
  expect([misspelt.message, other.message]).toEqual(['what: why. next', 'what: why. next']);
});

test('a command exits with the code of its error', () => {
  expect(failure(new PatchError('ERR_PATCH_FOREIGN', 'what', 'why', 'next')).exitCode).toBe(exitCodes.foreign);
  expect(failure(new PatchError('ERR_PATCH_PROBE', 'what', 'why', 'next')).exitCode).toBe(exitCodes.notPatched);
  expect(failure(new Error('any other'))).toMatchObject({
    exitCode: exitCodes.notPatched,
    error: { code: 'ERR_PATCH_IO' },
  });
  expect(exitCodeOf('ERR_UNKNOWN')).toBe(exitCodes.notPatched);
});
