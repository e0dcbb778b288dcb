import { suite } from './suite.ts';

suite('overlay');
