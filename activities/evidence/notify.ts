import { renderMarkdown } from '../../src/audit/render/markdown.ts';
import { canonicalJson } from '../../src/domain/digest.ts';
import type { EvidenceNotify } from './contract.ts';
import { bucketStore, folderStore, storeDocument, type EvidenceBucket } from './store.ts';

export type EvidenceSettings = { folder: string } | EvidenceBucket;

export function evidenceNotify(settings: EvidenceSettings): EvidenceNotify {
  const store = 'folder' in settings ? folderStore(settings.folder) : bucketStore(settings);
  return {
    storeEvidence({ incidentKey, name, content }) {
      return storeDocument(store, { incidentKey, name, text: canonicalJson(content), format: 'json' });
    },

    async storeReport({ report }) {
      const { incidentKey } = report;
      const [markdown, json] = await Promise.all([
        storeDocument(store, { incidentKey, name: 'report', text: renderMarkdown(report), format: 'md' }),
        storeDocument(store, { incidentKey, name: 'report', text: canonicalJson(report), format: 'json' }),
      ]);
      return { markdown, json };
    },
  };
}
