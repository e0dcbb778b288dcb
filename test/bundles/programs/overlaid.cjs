const { Cartesia } = require('@cartesia/cartesia-js');
const { overlay } = require('hangup/cartesia');
const { run } = require('./node.mjs');

run(Cartesia, (client) => overlay(client).target);
