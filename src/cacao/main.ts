import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacaoFile, cacaoText } from './document.ts';

/** `npm run cacao`: writes the playbook as a CACAO 2.0 document. */
const path = fileURLToPath(new URL(`../../${cacaoFile}`, import.meta.url));
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, cacaoText);
