import { lineContract } from './contract.ts';

lineContract('bare');
