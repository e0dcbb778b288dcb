/** The forms in which the SDK takes headers. */
export type HeadersLike =
  | Headers
  | readonly (readonly [name: string, value: HeaderValue])[]
  | Readonly<Record<string, HeaderValue>>;

type HeaderValue = string | readonly string[] | null | undefined;

export function headerEntries(headers: HeadersLike | undefined): [name: string, value: HeaderValue][] {
  if (headers instanceof Headers) return [...headers.entries()];
  if (Array.isArray(headers)) return headers.map(([name, value]) => [name, value]);
  return Object.entries(headers ?? {});
}
