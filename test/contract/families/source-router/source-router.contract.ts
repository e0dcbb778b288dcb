import { playColumn } from '../../column.ts';
import { sourceRouter } from './index.ts';

playColumn(sourceRouter);
