import { lineContract } from './contract.ts';

lineContract('patched');
