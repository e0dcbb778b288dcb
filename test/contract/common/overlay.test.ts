import { lineContract } from './contract.ts';

lineContract('overlay');
