const { Cartesia } = require('@cartesia/cartesia-js');
const { TTSWS } = require('@cartesia/cartesia-js/resources/tts/ws');
const { assertPatched } = require('hangup/verify');
const { run } = require('./node.mjs');

assertPatched(TTSWS);
run(Cartesia);
