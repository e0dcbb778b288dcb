import { install as installSeams } from './context-router/install.ts';

declare const __filename: string | undefined;
declare const module: { exports: unknown };

/** The one function that the hook line in a patched SDK calls. Bundled into `runtime.cjs`, which serves both builds. */
function install(Class: object): void {
  installSeams(Class, typeof __filename === 'string' ? __filename : undefined);
}

module.exports = { install };
