import { makeOverlay } from '../overlay.ts';
import { families } from './families/index.ts';

export const overlay = makeOverlay({ families, self: import.meta.url, accepts: 'the class ToySocket or an instance' });
