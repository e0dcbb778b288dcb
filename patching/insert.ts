/** A text to add at a byte offset of the published file. */
export interface Insertion {
  offset: number;
  text: string;
}

/** Adds the insertions to the published bytes. */
export function insert(pristine: Buffer, insertions: readonly Insertion[]): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (const { offset, text } of insertions) {
    parts.push(pristine.subarray(from, offset), Buffer.from(text));
    from = offset;
  }
  return Buffer.concat([...parts, pristine.subarray(from)]);
}

/** Takes the insertions out again. The caller compares the result's hash with `pre`. */
export function remove(patched: Buffer, insertions: readonly Insertion[]): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  let added = 0;
  for (const { offset, text } of insertions) {
    parts.push(patched.subarray(from, offset + added));
    added += Buffer.byteLength(text);
    from = offset + added;
  }
  return Buffer.concat([...parts, patched.subarray(from)]);
}
