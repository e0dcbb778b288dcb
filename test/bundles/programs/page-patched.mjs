import { Cartesia } from '@cartesia/cartesia-js';
import { run } from './page.mjs';

run(Cartesia);
