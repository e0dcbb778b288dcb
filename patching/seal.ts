import { sha256 } from './hashes.ts';

/** Puts a first line before a generated file. It names hangup's version, and the hash of all that follows. */
export const seal = (version: string, text: string): string =>
  `/*! hangup ${version} (MIT). SHA-256 of what follows this line: ${sha256(text)} */\n${text}`;

const pattern = /^\/\*! hangup \d\S* \(MIT\)\. SHA-256 of what follows this line: ([0-9a-f]{64}) \*\/\n$/;

/**
 * Reads that first line. A file with a whole seal is hangup's, of this release or of another one. A file with a broken seal
 * was edited.
 *
 * @returns `undefined` when there is no seal
 */
export function readSeal(bytes: Buffer): 'whole' | 'broken' | undefined {
  const end = bytes.indexOf('\n') + 1;
  const match = pattern.exec(bytes.toString('utf8', 0, end));
  if (match === null) return undefined;
  return match[1] === sha256(bytes.subarray(end)) ? 'whole' : 'broken';
}
