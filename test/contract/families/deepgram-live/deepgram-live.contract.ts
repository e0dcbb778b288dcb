import { playColumn } from '../../column.ts';
import { deepgramLive } from './index.ts';

playColumn(deepgramLive);
