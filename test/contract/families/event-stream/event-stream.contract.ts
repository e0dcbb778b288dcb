import { playColumn } from '../../column.ts';
import { eventStream } from './index.ts';

playColumn(eventStream);
