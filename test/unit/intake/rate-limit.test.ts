import { describe, expect, it } from 'vitest';
import { sourceNetwork } from '../../../src/domain/policy/network.ts';
import { rateLimit } from '../../../src/intake/rate-limit.ts';

describe('how many requests a source may make', () => {
  it('counts a network of IPv6 as one source, whichever of its addresses they come from', () => {
    const limit = rateLimit(2, () => 0);
    expect([limit('2001:db8::1'), limit('2001:db8:0:0:ffff::2')]).toEqual([null, null]);
    expect(limit('2001:db8::3')).not.toBeNull();
    expect(limit('2001:db8:0:1::1')).toBeNull();
  });

  it('leaves others their limit, however many addresses somebody takes of a network', () => {
    const limit = rateLimit(5, () => 0);
    for (let n = 0; n < 20_000; n++) limit(`2001:db8::${n.toString(16)}`);
    for (let n = 0; n < 5; n++) expect(limit('192.0.2.7')).toBeNull();
    expect(limit('192.0.2.7')).not.toBeNull();
  });

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:0DB8::1', '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['64:ff9b:1::192.0.2.7', '64:ff9b:1:0::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['what a proxy wrote', 'what a proxy wrote'],
  ])('knows %s as %s', (address, network) => {
    expect(sourceNetwork(address)).toBe(network);
  });
});
