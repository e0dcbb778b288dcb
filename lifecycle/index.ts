export type { Limit } from '../core/deadline.ts';
export type { EndReport, StepReport } from '../core/disconnectable.ts';
export { ScopeClosedError } from './errors.ts';
export type { EndOptions, Level } from './level.ts';
export type { Endable, MemberOptions } from './members/kinds.ts';
export { TaskScope, type TaskScopeOptions } from './scope.ts';
export { Session, type SessionOptions } from './session.ts';
export { SessionStore, type SessionStoreOptions } from './store.ts';
