/**
 * The catalogue: every mutation that needs no more than an RRset, a zone or a question to act on, for tests that
 * pick at random. KeyTrap, swapped keys and the like take arguments of their own, and are called by name.
 */

import type { Name } from '../../src/dns/name.ts';
import {
  bareNameError,
  emptyAnswer,
  missingDenial,
  missingProof,
  removedWithoutDenial,
  servfail,
  strippedWithAd,
  unsignedBesideSigned,
  wrongRcode,
} from './answer-mutations.ts';
import {
  expiredSignature,
  extraDs,
  extraSignature,
  flippedRdata,
  flippedSignature,
  futureSignature,
  hugeIterations,
  missingEntryKeys,
  missingRRset,
  missingSignature,
  raisedTtl,
  tooManyLabels,
  unsupportedDs,
  wrongKeyTag,
  wrongSignerName,
  wrongTypeCovered,
} from './data-mutations.ts';
import type { ProofRole } from './denial.ts';
import {
  childDeniesDs,
  deniedAgainstBitmap,
  dsDeniedWithoutNs,
  expandedNsec,
  nsecBeyondZone,
  optOutAsNameError,
  parentDenial,
  wildcardReplay,
} from './forged-proofs.ts';
import type { Mutation, Target } from './mutation.ts';

/** For one RRset, wherever it is served. */
export const RRSET_MUTATIONS: readonly ((target: Target) => Mutation)[] = [
  expiredSignature,
  futureSignature,
  wrongSignerName,
  tooManyLabels,
  wrongTypeCovered,
  wrongKeyTag,
  flippedSignature,
  flippedRdata,
  missingSignature,
  missingRRset,
  extraSignature,
  raisedTtl,
];

/** For a zone and what its parent says of it. */
export const ZONE_MUTATIONS: readonly ((zone: Name) => Mutation)[] = [
  (zone) => unsupportedDs(zone, 'algorithm'),
  (zone) => unsupportedDs(zone, 'digest'),
  extraDs,
  missingEntryKeys,
  childDeniesDs,
  dsDeniedWithoutNs,
  (zone) => hugeIterations(zone),
];

const ROLES: readonly ProofRole[] = ['exact', 'name', 'wildcard', 'closest encloser', 'next closer'];

/** For the answer to one question. Some find nothing to change in an answer of another kind than theirs. */
export const ANSWER_MUTATIONS: readonly ((target: Target) => Mutation)[] = [
  ...ROLES.map((role) => (target: Target) => missingProof(target, role)),
  missingDenial,
  emptyAnswer,
  removedWithoutDenial,
  bareNameError,
  servfail,
  strippedWithAd,
  unsignedBesideSigned,
  deniedAgainstBitmap,
  parentDenial,
  optOutAsNameError,
  wildcardReplay,
  expandedNsec,
  nsecBeyondZone,
  wrongRcode,
];
