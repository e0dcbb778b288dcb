import { requestContract } from './contract.ts';

requestContract('overlay');
