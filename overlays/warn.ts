/** Warns once per call, through `process` where there is one. In edge runtimes the functions of `process` throw. */
export function warn(message: string): void {
  const text = `hangup: ${message}`;
  try {
    process.emitWarning(text, 'HangupWarning');
  } catch {
    console.warn(text);
  }
}
