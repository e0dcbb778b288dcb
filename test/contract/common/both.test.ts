import { lineContract } from './contract.ts';

lineContract('both');
