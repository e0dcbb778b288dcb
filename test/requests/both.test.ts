import { requestContract } from './contract.ts';

requestContract('both');
