import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS, type Settings } from '../../../src/extension/settings.ts';
import { MAX_FILE_CHARACTERS, readSettingsFile, writeSettingsFile } from '../../../src/extension/settings-file.ts';

const ALL: Settings = {
  version: 1,
  resolverUrl: 'https://dns.example/dns-query',
  secondResolverUrl: 'https://other.example/dns-query',
  consent: true,
  checking: 'on-click',
  privateWindows: true,
  speculate: false,
  anchors: `. IN DS 20326 8 2 ${'E0'.repeat(32)}`,
  fetchIssuers: false,
  checkHosts: true,
  certificateReading: 'never',
  exclusions: ['local', 'xn--bcher-kva.example'],
  protection: 'warn',
  waitLimitMs: 500,
  whenLate: 'hold',
  protectHosts: true,
  allowSha1: true,
};

const fileOf = (settings: object, version: unknown = 1) =>
  JSON.stringify({ kind: 'danelaw-settings', version, settings });
const faultOf = (text: string) => {
  const read = readSettingsFile(text);
  return read.ok ? undefined : read.fault;
};

describe('a file of settings', () => {
  test.each([DEFAULT_SETTINGS, ALL])('what is written is read as it was', (settings) => {
    expect(readSettingsFile(writeSettingsFile(settings))).toEqual({ ok: true, settings });
  });

  test.each(['', '{', 'null', '"x"', '[]', '{}', '{"kind":"other"}', 'undefined', '\ufeff'])('%j is none', (text) => {
    expect(['not-json', 'not-settings']).toContain(faultOf(text)?.code);
  });

  test.each([0, 2, '1', null, [1]])('version %j is refused, and named', (version) => {
    expect(faultOf(fileOf({}, version))).toEqual({ code: 'version', version: JSON.stringify(version) });
  });

  test('a version that is missing', () => {
    expect(faultOf('{"kind":"danelaw-settings","settings":{}}')).toEqual({ code: 'version', version: '' });
  });

  test.each(['surprise', '__proto__', 'constructor', 'version'])('the setting %s does not exist', (key) => {
    const text = `{"kind":"danelaw-settings","version":1,"settings":{"${key}":1}}`;
    expect(faultOf(text)).toEqual({ code: 'unknown-setting', key });
  });

  test.each([
    ['resolverUrl', 'http://dns.example/'],
    ['consent', 'yes'],
    ['anchors', '. IN A 127.0.0.1'],
    ['exclusions', ['Not A Domain']],
    ['protection', 'always'],
    ['waitLimitMs', 1e9],
    ['checking', null],
  ])('%s: %j is refused whole, and named', (key, value) => {
    expect(faultOf(fileOf({ ...ALL, version: undefined, [key]: value }))).toEqual({ code: 'bad-value', key });
  });

  test('no settings at all', () => {
    expect(faultOf('{"kind":"danelaw-settings","version":1,"settings":[]}')).toEqual({ code: 'not-settings' });
  });

  test('a text longer than any settings is not read', () => {
    expect(faultOf(' '.repeat(MAX_FILE_CHARACTERS + 1))).toEqual({ code: 'too-long' });
    expect(faultOf(writeSettingsFile(ALL).padEnd(MAX_FILE_CHARACTERS))).toBeUndefined();
  });
});
