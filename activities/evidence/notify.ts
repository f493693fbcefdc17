import { renderHtml } from '../../src/audit/render/html.ts';
import { renderMarkdown } from '../../src/audit/render/markdown.ts';
import { renderOcsf } from '../../src/audit/render/ocsf.ts';
import type { ArchiveInput } from '../../src/domain/archive.ts';
import { canonicalJson } from '../../src/domain/digest.ts';
import { eventIndexKey } from '../../src/domain/alert/event-index.ts';
import { figureIndexEntry, figureIndexKey } from '../../src/domain/report/figure-index.ts';
import { figuresOf } from '../../src/domain/report/incident-figures.ts';
import type { EvidenceNotify } from './contract.ts';
import { evidenceStore, storeDocument, type EvidenceSettings } from './store.ts';

/** Small objects of the index that are added at the same time. */
const atOnce = 8;

/** `sealed`: has a run sealed when it has closed; absent where nothing is sealed. */
export function evidenceNotify(
  settings: EvidenceSettings,
  sealed?: (run: ArchiveInput) => Promise<unknown>,
): EvidenceNotify {
  const store = evidenceStore(settings);
  return {
    storeEvidence({ incidentKey, name, content }) {
      return storeDocument(store, { incidentKey, name, content: Buffer.from(canonicalJson(content)), format: 'json' });
    },

    async indexEvents({ eventIds, ...entry }) {
      const content = Buffer.from(canonicalJson({ ...entry }), 'utf8');
      const keys = eventIds.map(eventIndexKey);
      for (let first = 0; first < keys.length; first += atOnce) {
        const some = keys.slice(first, first + atOnce);
        await Promise.all(some.map((key) => store.add(key, content, 'application/json')));
      }
      return { indexed: keys.length };
    },

    async storeReport({ report }) {
      const { incidentKey } = report;
      const stored = (name: string, text: string, format: 'json' | 'md' | 'html') =>
        storeDocument(store, { incidentKey, name, content: Buffer.from(text), format });
      const [markdown, html, ocsf, json] = await Promise.all([
        stored('report', renderMarkdown(report), 'md'),
        stored('report', renderHtml(report), 'html'),
        stored('report-ocsf', canonicalJson(renderOcsf(report)), 'json'),
        stored('report', canonicalJson(report), 'json'),
      ]);
      const figures = figuresOf(report);
      if (figures) {
        await store.add(figureIndexKey(figures), Buffer.from(figureIndexEntry(figures)), 'application/json');
      }
      if (report.closedAt !== null) await sealed?.(report);
      return { markdown, html, ocsf, json };
    },
  };
}
