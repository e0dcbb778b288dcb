import { suite } from './suite.ts';

suite('both');
