import { attach } from '../seams/attach.ts';
import { families } from './families/index.ts';

declare const __filename: string | undefined;
declare const module: { exports: unknown };

/** Called by the lines that the load hook adds to the SDK. Bundled into `runtime.cjs`, which serves both builds. */
function install(Class: object, family?: string): void {
  attach(Class, families, typeof __filename === 'string' ? __filename : undefined, family);
}

module.exports = { install };
