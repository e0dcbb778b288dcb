import { playColumn } from '../../column.ts';
import { agentsRealtime } from './index.ts';

playColumn(agentsRealtime);
