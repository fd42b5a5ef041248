/**
 * Where names stand in rdata, the one table behind decompression and canonical form.
 *
 * Pointers are accepted in the types of RFC 1035 and those RFC 3597 section 4 adds, and refused in every other.
 * Names are lower-cased for signing in exactly the types of RFC 4034 section 6.2 as RFC 6840 section 5.1 corrects
 * it: NSEC is not among them. Every type not listed is opaque octets (RFC 3597 sections 3 and 7).
 */
import { TYPE } from './codes.ts';
import { lowercaseOctet } from './name.ts';
import { WireReader, WireWriter } from './wire.ts';

/** `rest`: all that remains. A number: that many octets. `a6`: prefix length and address suffix (RFC 2874). */
type Field = 'name' | 'string' | 'strings' | 'rest' | 'a6' | number;

interface Layout {
  readonly fields: readonly Field[];
  readonly pointers: 'pointers' | 'no pointers';
  readonly lowercase: boolean;
}

const compressible = (...fields: Field[]): Layout => ({ fields, pointers: 'pointers', lowercase: true });
const lowercased = (...fields: Field[]): Layout => ({ fields, pointers: 'no pointers', lowercase: true });
const verbatim = (...fields: Field[]): Layout => ({ fields, pointers: 'no pointers', lowercase: false });

const LAYOUTS = new Map<number, Layout>([
  [TYPE.NS, compressible('name')],
  [TYPE.MD, compressible('name')],
  [TYPE.MF, compressible('name')],
  [TYPE.CNAME, compressible('name')],
  [TYPE.SOA, compressible('name', 'name', 20)],
  [TYPE.MB, compressible('name')],
  [TYPE.MG, compressible('name')],
  [TYPE.MR, compressible('name')],
  [TYPE.PTR, compressible('name')],
  [TYPE.MINFO, compressible('name', 'name')],
  [TYPE.MX, compressible(2, 'name')],
  [TYPE.RP, compressible('name', 'name')],
  [TYPE.AFSDB, compressible(2, 'name')],
  [TYPE.RT, compressible(2, 'name')],
  [TYPE.SIG, compressible(18, 'name', 'rest')],
  [TYPE.PX, compressible(2, 'name', 'name')],
  [TYPE.NXT, compressible('name', 'rest')],
  [TYPE.SRV, compressible(6, 'name')],
  [TYPE.NAPTR, compressible(4, 'string', 'string', 'string', 'name')],
  [TYPE.KX, lowercased(2, 'name')],
  [TYPE.A6, lowercased('a6')],
  [TYPE.DNAME, lowercased('name')],
  [TYPE.RRSIG, lowercased(18, 'name', 'rest')],
  [TYPE.NSEC, verbatim('name', 'rest')],
  [TYPE.SVCB, verbatim(2, 'name', 'rest')],
  [TYPE.HTTPS, verbatim(2, 'name', 'rest')],
  [TYPE.A, verbatim(4)],
  [TYPE.AAAA, verbatim(16)],
  [TYPE.TXT, verbatim('string', 'strings')],
]);

/** Runs through `reader` by a layout, handing each piece to the writer, if there is one. Throws WireFault. */
function followLayout(reader: WireReader, layout: Layout, writer?: WireWriter, lowercase = false): void {
  const name = () => {
    const labels = reader.labels(layout.pointers);
    writer?.labels(lowercase ? labels.map((label) => label.map(lowercaseOctet)) : labels);
  };
  const string = () => {
    const text = reader.characterString();
    writer?.u8(text.length).bytes(text);
  };
  for (const field of layout.fields) {
    if (field === 'name') name();
    else if (field === 'string') string();
    else if (field === 'strings') while (reader.remaining > 0) string();
    else if (field === 'a6') {
      const prefix = reader.u8();
      if (prefix > 128) throw reader.fault('bad rdata');
      const suffix = reader.take(16 - Math.floor(prefix / 8));
      writer?.u8(prefix).bytes(suffix);
      if (prefix > 0) name();
    } else {
      const octets = field === 'rest' ? reader.rest() : reader.take(field);
      writer?.bytes(octets);
    }
  }
  reader.expectEnd();
}

/**
 * The rdata at the reader's place, `length` octets as they stand in a message, with names decompressed and their
 * letter case kept. Throws WireFault, above all where the structure does not end exactly at `length`
 * (RFC 1035 section 4.1.4).
 */
export function readRdata(reader: WireReader, type: number, length: number): Uint8Array {
  const octets = reader.take(length);
  const layout = LAYOUTS.get(type);
  if (layout === undefined) return octets;
  const inner = new WireReader(reader.octets, reader.offset - length, reader.offset);
  if (!layout.fields.includes('name') || layout.pointers === 'no pointers') {
    followLayout(inner, layout);
    return octets;
  }
  const writer = new WireWriter();
  followLayout(inner, layout, writer);
  return writer.finish();
}

/**
 * Rdata in canonical form for signing (RFC 4034 section 6.2): names lower-cased where the type is listed for it.
 * `rdata` is uncompressed wire form; octets that do not fit their layout come back as they are, since a signer
 * could only have signed them so.
 */
export function canonicalRdata(type: number, rdata: Uint8Array): Uint8Array {
  const layout = LAYOUTS.get(type);
  if (layout === undefined || !layout.lowercase) return rdata;
  const writer = new WireWriter();
  try {
    followLayout(new WireReader(rdata), { ...layout, pointers: 'no pointers' }, writer, true);
  } catch {
    return rdata;
  }
  return writer.finish();
}
