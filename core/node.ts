/**
 * A built-in module of Node's, `undefined` elsewhere. It is reached through `process`, so that bundlers and browsers see no
 * import of a Node module. Edge runtimes have a `process` whose functions throw.
 */
export function nodeModule<M>(name: string): M | undefined {
  const { process } = globalThis as { process?: Partial<NodeJS.Process> };
  try {
    if (process?.versions?.node === undefined) return undefined;
    return process.getBuiltinModule?.(`node:${name}`) as M | undefined;
  } catch {
    return undefined;
  }
}

/** The presence of `process` does not tell: bundlers put a shim of it into pages, which has no modules. */
export const isNode = (): boolean => nodeModule('module') !== undefined;
