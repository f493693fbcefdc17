import { expect, test } from 'vitest';
import { attributeTypes, indexedValueTypes, searchAttributeFlags } from '../../../src/temporal/search-attributes.ts';
import { searchAttributes } from '../../../workflows/messages.ts';

test('writes search attributes as the temporal command and as its API want them', () => {
  const attributes = { Colour: 'KEYWORD', Tags: 'KEYWORD_LIST' } as const;
  expect(searchAttributeFlags(attributes)).toEqual([
    '--search-attribute',
    'Colour=Keyword',
    '--search-attribute',
    'Tags=KeywordList',
  ]);
  expect(indexedValueTypes(attributes)).toEqual({ Colour: 2, Tags: 7 });
});

test('has no more search attributes than a server on an SQL database can hold', () => {
  // Such a server, the dev server among them, has this many columns for each type.
  const columns = { KEYWORD: 10, TEXT: 3, INT: 3, DOUBLE: 3, BOOL: 3, DATETIME: 3, KEYWORD_LIST: 3 } as const;
  const byType = Map.groupBy(Object.entries(attributeTypes(searchAttributes)), ([, type]) => type);
  for (const [type, list] of byType) expect(list.length, type).toBeLessThanOrEqual(columns[type]);
});
