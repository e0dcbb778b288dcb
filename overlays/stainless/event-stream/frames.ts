/**
 * Whether a frame makes the SDK throw. It reads `type` of whatever JSON comes, and looks the listeners for that up in a
 * plain object; what is no JSON at all it hands on as it is.
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
  // An object is no name: what is made of it here depends on its own members.
  return typeof type === 'object' ? type !== null : String(type) in Object.prototype;
}
