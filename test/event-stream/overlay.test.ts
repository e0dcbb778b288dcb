import { contract } from './contract.ts';

contract('overlay');
