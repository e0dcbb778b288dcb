import { playColumn } from '../../column.ts';
import { recognizers } from './index.ts';

playColumn(recognizers);
