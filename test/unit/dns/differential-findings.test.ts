/** Faults of this room that other people's software brought to light, each as the smallest case that shows it. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import { formatRdata, parseRecords } from '../../../src/dns/presentation.ts';

describe('master files as BIND and ldns write them', () => {
  // RFC 9460 section 2.1: a value may be a quoted string.
  it('reads service parameters in quotes', () => {
    const [record] = parseRecords('a. 60 IN HTTPS 1 b. alpn="h2,h3" port="443" key65280="a \\"b"');
    expect(formatRdata(TYPE.HTTPS, record!.rdata)).toBe('1 b. alpn=h2,h3 port=443 key65280=a\\032\\"b');
  });

  it('keeps a quoted string that merely follows an equals sign apart', () => {
    const [record] = parseRecords('a. 60 IN TXT a= "b"');
    expect(formatRdata(TYPE.TXT, record!.rdata)).toBe('"a=" "b"');
  });
});
