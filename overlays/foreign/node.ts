/**
 * A built-in module of Node's, `undefined` elsewhere. It is reached through `process`, so that bundlers and browsers see no
 * import of a Node module.
 */
export function nodeModule<M>(name: string): M | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(id: string): unknown } };
  return process?.getBuiltinModule?.(`node:${name}`) as M | undefined;
}

/** The presence of `process` does not tell: bundlers put a shim of it into pages, which has no modules. */
export const isNode = (): boolean => nodeModule('module') !== undefined;
