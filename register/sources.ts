import { fileURLToPath } from 'node:url';
import { pathOf } from './location.ts';

/** The line by which a patched ES module gets at the runtime; see `tools/insertions.ts`. */
const importLine = /^import hangup from "(.+?)";/m;

/** Writes an expression that loads a module as `require()` does, whatever the kind of the module that contains it. */
function required(path: string): string {
  const text = JSON.stringify(path);
  return `process.getBuiltinModule('node:module').createRequire(${text})(${text})`;
}

/**
 * Makes the source of a patched ES module, which requires the runtime. An import would take longer than all else that is
 * done here, because Node searches an imported CommonJS file for its exports.
 */
export function moduleSource(patched: string, url: string): string {
  const hangup = (_: string, runtime: string) => `const hangup = ${required(fileURLToPath(new URL(runtime, url)))};`;
  return patched.replace(importLine, hangup);
}

/**
 * Makes the source of a CommonJS module that is imported. It only requires itself; the rest is there to be searched for its
 * exports. Where Node's loader of ES modules has a source, it compiles that itself, and every module that is required there
 * comes back to this loader: TypeScript that Node strips of its types, for one.
 */
export const importedSource = (patched: string, url: string) =>
  `module.exports = ${required(pathOf(url))}; return;\n${patched}`;
