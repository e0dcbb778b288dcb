import { playColumn } from '../column.ts';
import { clients } from './index.ts';

playColumn(clients);
