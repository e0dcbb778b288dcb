import { isAbsolute, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A place in the source of the app. Its text is made only when a report needs it, because that is slow. */
export class Place {
  declare readonly stack?: string;

  /** @param callee the function whose caller is the place */
  constructor(callee: (...args: never[]) => unknown) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 1;
    Error.captureStackTrace(this, callee);
    Error.stackTraceLimit = stackTraceLimit;
  }

  /** `src/bridge.ts:40`; `undefined` where the engine gives no stack. */
  toString(): string | undefined {
    const found = /\(?((?:file:\/\/)?[^()\s]*):(\d+):\d+\)?$/m.exec(this.stack ?? '');
    return found === null ? undefined : `${shortened(found[1]!)}:${found[2]}`;
  }
}

function shortened(file: string): string {
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  const short = relative(process.cwd(), path);
  return isAbsolute(path) && !short.startsWith('..') ? short : path;
}
