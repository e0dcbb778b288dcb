import { contract } from './contract.ts';

contract('both');
