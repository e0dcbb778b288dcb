/**
 * Tells whether a frame makes the SDK throw. The SDK reads `type` of any JSON value, and looks the listeners for that up in a
 * plain object. It hands on a frame that is no JSON as it is.
 */
export function isUnreadable(frame: unknown): boolean {
  let event: unknown;
  try {
    event = JSON.parse(String(frame));
  } catch {
    return false;
  }
  if (event === null) return true;
  const { type } = event as { type?: unknown };
  // An object is no name: it becomes a string by its own members.
  return typeof type === 'object' ? type !== null : String(type) in Object.prototype;
}
