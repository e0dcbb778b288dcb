import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../patching/package-json.ts';

/** The results of each case, by the case's id. */
export type Results = Record<string, { title: string; version: string; steps: Record<string, string> }>;

/** The file with the committed results. */
export const resultsFile = join(packageRoot(), 'test/managers/results.json');

export const readResults = (): Results =>
  existsSync(resultsFile) ? (JSON.parse(readFileSync(resultsFile, 'utf8')) as Results) : {};
