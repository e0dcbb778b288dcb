import { sttSuite } from './stt.ts';
import { suite } from './suite.ts';

suite('bare');
sttSuite('bare');
