import { playColumn } from '../../column.ts';
import { reconnecting } from './index.ts';
import { transcriber } from './stt.ts';

playColumn(reconnecting);
playColumn(transcriber);
