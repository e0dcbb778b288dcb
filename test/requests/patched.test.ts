import { requestContract } from './contract.ts';

requestContract('patched');
