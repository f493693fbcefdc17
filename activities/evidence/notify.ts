import { renderHtml } from '../../src/audit/render/html.ts';
import { renderMarkdown } from '../../src/audit/render/markdown.ts';
import { renderOcsf } from '../../src/audit/render/ocsf.ts';
import { canonicalJson } from '../../src/domain/digest.ts';
import { eventIndexKey } from '../../src/domain/event-index.ts';
import type { EvidenceNotify } from './contract.ts';
import { bucketStore, folderStore, storeDocument, type EvidenceBucket } from './store.ts';

export type EvidenceSettings = { folder: string } | EvidenceBucket;

/** Small objects of the index that are added at the same time. */
const atOnce = 8;

export function evidenceNotify(settings: EvidenceSettings): EvidenceNotify {
  const store = 'folder' in settings ? folderStore(settings.folder) : bucketStore(settings);
  return {
    storeEvidence({ incidentKey, name, content }) {
      return storeDocument(store, { incidentKey, name, text: canonicalJson(content), format: 'json' });
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
        storeDocument(store, { incidentKey, name, text, format });
      const [markdown, html, ocsf, json] = await Promise.all([
        stored('report', renderMarkdown(report), 'md'),
        stored('report', renderHtml(report), 'html'),
        stored('report-ocsf', canonicalJson(renderOcsf(report)), 'json'),
        stored('report', canonicalJson(report), 'json'),
      ]);
      return { markdown, html, ocsf, json };
    },
  };
}
