const patterns: readonly [RegExp, string][] = [
  [/\b(Bearer|Basic)\s+[^\s"',]+/gi, '$1 [redacted]'],
  [
    /\b((?:api[-_]?key|access_token|token|authorization|secret)["']?\s*[=:]\s*["']?)(?!Bearer|Basic)[^\s"'&,}]+/gi,
    '$1[redacted]',
  ],
  [/\bsk_[A-Za-z0-9_-]{6,}/g, '[redacted]'],
];

/** Removes the given secrets, and whatever looks like a key or a token, from text that goes into an error or a warning. */
export function scrub(text: string, secrets: readonly string[], maxLength = 200): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length > 3)
      clean = clean.split(secret).join('[redacted]').split(encodeURIComponent(secret)).join('[redacted]');
  }
  for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
  return clean.length > maxLength ? `${clean.slice(0, maxLength)}…` : clean;
}

/** The error itself when it is clean, else a copy of its name, code and scrubbed message. */
export function scrubError(error: unknown, secrets: readonly string[]): Error | undefined {
  if (error === undefined || error === null) return undefined;
  const { name, message, code, stack } = asError(error);
  const clean = scrub(message, secrets, 500);
  if (
    error instanceof Error &&
    clean === message &&
    scrub(stack ?? '', secrets, Number.POSITIVE_INFINITY) === (stack ?? '')
  ) {
    return error;
  }
  const copy: Error & { code?: unknown } = new Error(clean);
  copy.name = name;
  if (code !== undefined) copy.code = code;
  return copy;
}

/** A copy for a report, which can be made JSON: members of an error's own may hold keys, or the error itself. */
export function plainError({ name, message, code, stack }: Error & { code?: unknown }): Error {
  const copy = Object.assign(new Error(), { name, message }, typeof code === 'string' && { code });
  if (stack !== undefined) copy.stack = stack;
  return copy;
}

/** Sockets report `ErrorEvent`s: the error is inside, or all there is is a message. */
function asError(value: unknown): { name: string; message: string; code?: unknown; stack?: string | undefined } {
  if (value instanceof Error && typeof value.message === 'string') return value;
  const { message, name } = value as { message?: unknown; name?: unknown };
  return {
    name: typeof name === 'string' ? name : 'Error',
    message: typeof message === 'string' ? message : textOf(value),
  };
}

/** Not every value has a text: `Object.create(null)` has none. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return typeof value;
  }
}
