export type { Disconnectable, DisconnectOptions, DisconnectReport, StepReport } from './disconnectable.ts';
export * from './errors.ts';
