import { playColumn } from '../../column.ts';
import { conversations } from './index.ts';

playColumn(conversations);
