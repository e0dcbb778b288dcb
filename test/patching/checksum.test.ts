import { expect, it } from 'vitest';
import { checksum } from '../../patching/hashes.ts';

const text = Buffer.from('export class TTSWS {}\n');

it('tells a changed bit anywhere, a missing byte, an added one, and words that changed places', () => {
  const changed: Uint8Array[] = [text.subarray(0, -1), Buffer.concat([text, Buffer.alloc(1)])];
  for (let bit = 0; bit < text.length * 8; bit++) {
    const copy = Buffer.from(text);
    copy[bit >> 3]! ^= 1 << (bit & 7);
    changed.push(copy);
  }
  changed.push(Buffer.concat([text.subarray(4, 8), text.subarray(0, 4), text.subarray(8)]));
  const sums = changed.map(checksum);
  expect(sums).not.toContain(checksum(text));
  expect(new Set(sums).size).toBe(changed.length);
});

it('is the same wherever in memory the bytes lie, and takes none', () => {
  const moved = Buffer.concat([Buffer.from('?'), text]).subarray(1);
  expect(checksum(moved)).toBe(checksum(text));
  expect(checksum(new Uint8Array())).toBe(0);
});
