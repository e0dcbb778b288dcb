import { playColumn } from '../../column.ts';
import { live } from './index.ts';

playColumn(live);
