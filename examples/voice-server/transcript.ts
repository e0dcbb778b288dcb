import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The course of one session, for its file. */
export class Transcript {
  readonly id: string;
  readonly #began = new Date();
  readonly #lines: string[] = [];

  constructor(id: string) {
    this.id = id;
  }

  add(line: string): void {
    this.#lines.push(line);
  }

  toJSON(): object {
    return { id: this.id, began: this.#began, ended: new Date(), lines: this.#lines };
  }
}

/** Writes it synchronously: it is small, and a forced end waits for nothing. */
export function saveTranscript(folder: string, transcript: Transcript): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${transcript.id}.json`), JSON.stringify(transcript));
}
