/** The settings of the example, from the environment. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Without it, a local provider takes the place of OpenAI. */
  readonly apiKey: string | undefined;
  /** ms of the shutdown, after the drain. */
  readonly timeout: number;
  /** ms that calls in progress may go on. */
  readonly drain: number;
  /** ms that the sentence that is being spoken may go on. */
  readonly utterance: number;
  readonly reportFile: string | undefined;
  readonly transcriptDir: string | undefined;
  readonly pidFile: string | undefined;
}

function number(env: NodeJS.ProcessEnv, name: string, byDefault: number): number {
  const value = Number(env[name] || byDefault);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new TypeError(`${name}: it must be a number, 0 or more`);
}

/** @throws {TypeError} names the variable that is wrong */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  return {
    host: env.HOST || '127.0.0.1',
    port: number(env, 'PORT', 3000),
    apiKey: env.OPENAI_API_KEY || undefined,
    timeout: number(env, 'HANGUP_TIMEOUT_MS', 3000),
    drain: number(env, 'HANGUP_DRAIN_MS', 0),
    utterance: number(env, 'HANGUP_UTTERANCE_MS', 0),
    reportFile: env.HANGUP_REPORT_FILE || undefined,
    transcriptDir: env.HANGUP_TRANSCRIPT_DIR || undefined,
    pidFile: env.HANGUP_PID_FILE || undefined,
  };
}
