import { tellByCode } from '../core/brand.ts';
import { HangupError } from '../core/errors.ts';

/** A task, session or member came after the end had begun (`ERR_SCOPE_CLOSED`). It was refused. */
export class ScopeClosedError extends HangupError {
  static {
    tellByCode(ScopeClosedError, 'ScopeClosedError', /^ERR_SCOPE_CLOSED$/);
  }

  override name = 'ScopeClosedError';
  declare readonly code: 'ERR_SCOPE_CLOSED';

  /** @param level names the thing that ends: `tasks`, `session 42` */
  constructor(level: string) {
    super('ERR_SCOPE_CLOSED', `${level}: its end has begun, and it takes nothing new`);
  }
}
