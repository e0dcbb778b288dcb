/** Constructor of the `ws` package's WebSocket, as far as the overlays use it. */
export type WebSocketClass = new (url: string | URL, options?: object) => object;

interface NodeModule {
  createRequire(from: string): ((id: string) => unknown) & { resolve(id: string): string };
}

/** Reached through `process`, so that bundlers and browsers see no import of a Node module. */
function nodeModule(): NodeModule | undefined {
  const { process } = globalThis as {
    process?: { versions?: { node?: string }; getBuiltinModule?(id: string): unknown };
  };
  return process?.versions?.node === undefined ? undefined : (process.getBuiltinModule?.('node:module') as NodeModule);
}

/** Not told by the presence of `process`: bundlers put a shim of it into pages. */
export const isNode = (): boolean => nodeModule() !== undefined;

/**
 * Finds the installed `ws`: the one the SDK would get, then the app's, then the one beside this file.
 *
 * @param packageName the SDK, whose peer dependency `ws` is
 * @param self path or file URL of the module that asks, where there is one
 * @returns `undefined` outside Node and where `ws` is not installed
 */
export function findWs(packageName: string, self: string | undefined): WebSocketClass | undefined {
  const module = nodeModule();
  if (module === undefined) return undefined;
  const { argv, cwd } = globalThis.process;
  const apps = [argv[1], `${cwd()}/package.json`].filter((base) => base !== undefined);
  const bases = [
    ...apps.map((base) => () => module.createRequire(base).resolve(packageName)),
    ...apps.map((base) => () => base),
  ];
  if (self !== undefined) bases.unshift(() => self);
  for (const base of bases) {
    try {
      const found = module.createRequire(base())('ws') as { WebSocket?: WebSocketClass };
      if (found.WebSocket !== undefined) return found.WebSocket;
    } catch {
      // Not installed from there; the next place may have it.
    }
  }
  return undefined;
}
