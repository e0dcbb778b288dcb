import { Cartesia } from '@cartesia/cartesia-js';
import { overlay } from 'hangup/cartesia';
import { run } from './node.mjs';

run(Cartesia, (client) => overlay(client).target);
