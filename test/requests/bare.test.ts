import { requestContract } from './contract.ts';

requestContract('bare');
