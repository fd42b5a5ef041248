/** One reply of a recorded chain: what was asked, and the message that came. */
export interface RecordedReply {
  readonly qname: string;
  readonly qtype: number;
  readonly octets: Uint8Array;
}
