import { nodeModule } from '../../core/node.ts';

/** Constructor of the `ws` package's WebSocket, as far as the overlays use it. */
export type WebSocketClass = new (url: string | URL, options?: object) => object;

interface Modules {
  createRequire(from: string): ((id: string) => unknown) & { resolve(id: string): string };
}

/**
 * Finds the installed `ws`: the one beside the module that asks, then the one that the SDK would get, then the app's.
 *
 * @param packageName the SDK, whose peer dependency `ws` is
 * @param self path or file URL of the module that asks, where there is one
 * @returns `undefined` outside Node and where `ws` is not installed
 */
export function findWs(packageName: string, self: string | undefined): WebSocketClass | undefined {
  const module = nodeModule<Modules>('module');
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
