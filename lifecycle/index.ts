export type { EndReport, StepReport } from '../core/disconnectable.ts';
export { ScopeClosedError } from './errors.ts';
export type { EndOptions } from './level.ts';
export { TaskScope, type TaskScopeOptions } from './scope.ts';
