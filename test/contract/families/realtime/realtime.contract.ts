import { playColumn } from '../../column.ts';
import { realtime } from './index.ts';

playColumn(realtime);
