import { describe, expect, it } from 'vitest';
import { leaksIn, type Place } from '../support/canaries.ts';

const secret = 'wJalr/XUtnFEMI+K7MDENG"';
const canaries = [
  { name: 'the key', value: secret },
  { name: 'a Slack token', value: /xox[abprs]-[\w-]{8}/ },
];
const place = (text: string): Place => ({ kind: 'file', name: 'f', text });
const base64 = (text: string) => Buffer.from(text).toString('base64');
const found = (text: string) => leaksIn([place(text)], canaries).map(({ canary }) => canary);

describe('the scan for secrets', () => {
  it('finds one in the clear, in a URL, in JSON, in base64, and in base64 within base64', () => {
    const json = JSON.stringify({ said: `key ${secret} here` });
    for (const text of [`a ${secret}`, encodeURIComponent(secret), json, base64(json), base64(`x ${base64(json)} y`)]) {
      expect(found(`before ${text} after`)).toEqual(['the key']);
    }
    expect(found(`{"data":"${base64('token xoxb-0123456789 of the app')}"}`)).toEqual(['a Slack token']);
  });

  it('finds nothing where there is nothing', () => {
    expect(found(base64('a long text about an export that holds nothing of the kind'))).toEqual([]);
    expect(found('xoxb-')).toEqual([]);
  });
});
