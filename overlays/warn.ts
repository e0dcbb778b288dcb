/** Warns once per call, through `process` where there is one. */
export function warn(message: string): void {
  const text = `hangup: ${message}`;
  if (typeof process === 'undefined' || process.emitWarning === undefined) console.warn(text);
  else process.emitWarning(text, 'HangupWarning');
}
