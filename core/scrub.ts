const patterns: readonly [RegExp, string][] = [
  [/\b(Bearer|Basic)\s+[^\s"',]+/gi, '$1 [redacted]'],
  [/\b(authorization["']?\s*[=:]\s*["']?Token)\s+[^\s"',]+/gi, '$1 [redacted]'],
  [
    /\b((?:(?:xi[-_])?api[-_]?key|\w*token|authorization|secret)["']?\s*[=:]\s*["']?)(?!Bearer|Basic|Token )[^\s"'&,}]+/gi,
    '$1[redacted]',
  ],
  [/([?&]key=)[^\s"'&]+/gi, '$1[redacted]'],
  // The password in an address. An address in JSON ends at its quote.
  [/(:\/\/[^\s/?#:@"']*:)[^\s/?#"']+@/g, '$1[redacted]@'],
  // The keys of OpenAI and of Cartesia, and those of Google.
  [/\bsk[-_][A-Za-z0-9_-]{6,}|\bAIza[A-Za-z0-9_-]{6,}/g, '[redacted]'],
];

/** Removes the given secrets, and whatever looks like a key or a token, from text that goes into an error or a warning. */
export function scrub(text: string, secrets: readonly string[], maxLength = 200): string {
  let clean = text;
  // The longest first: another secret may be a part of it.
  for (const secret of secrets.length > 1 ? [...secrets].sort((a, b) => b.length - a.length) : secrets) {
    if (secret.length > 3)
      clean = clean.split(secret).join('[redacted]').split(encodeURIComponent(secret)).join('[redacted]');
  }
  for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
  return clean.length > maxLength ? `${clean.slice(0, maxLength)}…` : clean;
}

/** An error of any realm: a test runner or a context of `node:vm` has an `Error` of its own. */
interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly code?: unknown;
  readonly cause?: unknown;
  /** Those of an `AggregateError`. */
  readonly errors?: unknown;
  /** The addresses that Node could not read. */
  readonly input?: unknown;
  readonly base?: unknown;
}

export const isError = (value: unknown): value is ErrorLike => {
  const { message, stack } = (value ?? {}) as Partial<ErrorLike>;
  return value instanceof Error || (typeof message === 'string' && typeof stack === 'string');
};

/** The causes of causes that are looked at; a cause may even be its own. */
const deepest = 8;

/** The error itself when it is clean, else a copy of its name, code, scrubbed message, errors and cause. */
export function scrubError(error: unknown, secrets: readonly string[], depth = 0): Error | undefined {
  if (error === undefined || error === null) return undefined;
  if (!isError(error)) return copyOf(fromEvent(error), secrets, depth);
  const { name, message, stack = '', code = '' } = error;
  const isClean = [name, message, stack, code].every((text) => typeof text === 'number' || isCleanText(text, secrets));
  if (!isClean || !hasCleanParts(error, secrets, depth)) return copyOf(error, secrets, depth);
  return hasCleanAddress(error, secrets) ? (error as Error) : plainError(error as Error);
}

/** The error for a value that somebody has thrown, without keys and tokens. Anything can be thrown, `undefined` too. */
export const thrownError = (thrown: unknown): Error => scrubError(thrown, []) ?? new Error(String(thrown));

/** An address that cannot be read may have its password anywhere before an `@`. */
const hasCleanAddress = ({ code, input, base }: ErrorLike, secrets: readonly string[]): boolean =>
  code !== 'ERR_INVALID_URL' ||
  [input ?? '', base ?? ''].every((text) => isCleanText(text, secrets) && !String(text).includes('@'));

const isCleanText = (text: unknown, secrets: readonly string[]): boolean =>
  typeof text === 'string' && scrub(text, secrets, Number.POSITIVE_INFINITY) === text;

/** Deeper than that, nothing is handed on. */
function hasCleanParts({ errors, cause }: ErrorLike, secrets: readonly string[], depth: number): boolean {
  const parts: unknown[] = [...(Array.isArray(errors) ? errors : []), cause].filter((part) => part != null);
  return parts.length === 0 || (depth < deepest && parts.every((part) => part === cleanPart(part, secrets, depth)));
}

function cleanPart(part: unknown, secrets: readonly string[], depth: number): unknown {
  if (depth >= deepest) return undefined;
  if (typeof part === 'string') return scrub(part, secrets, maxMessage);
  return ['object', 'function', 'symbol'].includes(typeof part) ? scrubError(part, secrets, depth + 1) : part;
}

const maxMessage = 500;

function copyOf(error: ErrorLike, secrets: readonly string[], depth: number): Error {
  const { name, message, code, cause, errors } = error;
  const copy: Error & { code?: unknown; errors?: unknown[] } = new Error(scrub(message, secrets, maxMessage));
  copy.name = typeof name === 'string' ? scrub(name, secrets) : 'Error';
  if (typeof code === 'string') copy.code = scrub(code, secrets);
  else if (typeof code === 'number') copy.code = code;
  const members: [string, unknown][] = [['cause', cause != null ? cleanPart(cause, secrets, depth) : undefined]];
  if (Array.isArray(errors)) members.push(['errors', errors.map((part) => cleanPart(part, secrets, depth))]);
  for (const [key, value] of members) {
    if (value !== undefined) Object.defineProperty(copy, key, { value, writable: true, configurable: true });
  }
  return copy;
}

/** A copy for a report, which can be made JSON: members of an error's own may hold keys, or the error itself. */
export function plainError({ name, message, code, stack }: Error & { code?: unknown }): Error {
  const copy = Object.assign(new Error(), { name, message }, typeof code === 'string' && { code });
  if (stack !== undefined) copy.stack = stack;
  return copy;
}

/** Sockets report `ErrorEvent`s: all that there is may be a message. */
function fromEvent(event: unknown): ErrorLike {
  const { message, name, code } = event as { message?: unknown; name?: unknown; code?: unknown };
  return {
    name: typeof name === 'string' ? name : 'Error',
    message: typeof message === 'string' ? message : textOf(event),
    code,
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
