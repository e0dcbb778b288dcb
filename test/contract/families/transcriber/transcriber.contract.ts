import { playColumn } from '../../column.ts';
import { transcribers } from './index.ts';

playColumn(transcribers);
