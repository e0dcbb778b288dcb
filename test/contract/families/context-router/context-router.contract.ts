import { playColumn } from '../../column.ts';
import { contextRouter } from './index.ts';

playColumn(contextRouter);
