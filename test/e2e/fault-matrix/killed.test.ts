import { faultKinds } from '../../faults/faults.ts';
import { matrixOf } from './part.ts';

matrixOf(faultKinds.killed);
