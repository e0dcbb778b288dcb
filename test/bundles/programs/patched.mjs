import { Cartesia } from '@cartesia/cartesia-js';
import { TTSWS } from '@cartesia/cartesia-js/resources/tts/ws';
import { assertPatched } from 'hangup/verify';
import { run } from './node.mjs';

assertPatched(TTSWS);
run(Cartesia);
