import { makeOverlay } from '../overlay.ts';
import { families } from './families/index.ts';

const sdk = { packageName: 'toy-voice', isTested: (version: string) => version === '1.0.0', self: import.meta.url };
export const overlay = makeOverlay({ ...sdk, families, accepts: 'the class ToySocket or an instance' });
