import { playColumn } from '../../column.ts';
import { transcriptions } from './index.ts';

playColumn(transcriptions);
