import { playColumn } from '../../column.ts';
import { streaming } from './index.ts';

playColumn(streaming);
