/** How much of what a domain names is looked at. What is beyond is counted and said. */

/** Hosts of an MX or SRV set; the largest providers of mail name five. */
export const MAX_PEERS = 12;
/** Addresses of a host that are shown, and connected to. */
export const MAX_ADDRESSES = 4;
/** RFC 8461 section 3.3: octets of a policy; larger ones need not be read. */
export const MAX_POLICY_OCTETS = 65_536;
/** Lines of a policy, and host patterns in it. */
export const MAX_POLICY_LINES = 400;
