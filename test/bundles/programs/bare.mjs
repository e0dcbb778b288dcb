import { Cartesia } from '@cartesia/cartesia-js';
import { run } from './node.mjs';

run(Cartesia);
