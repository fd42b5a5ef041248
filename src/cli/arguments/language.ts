/** `--lang`, which may stand anywhere, and what the environment says where it is missing. */
import { LANGUAGES } from '../../locales/languages.ts';
import type { Environment } from './options.ts';
import { UsageError } from './usage.ts';

const OPTION = '--lang';

export interface LanguageArguments {
  /** One of `LANGUAGES`. */
  readonly language: string;
  /** What else there is. */
  readonly args: readonly string[];
}

export function takeLanguage(
  args: readonly string[],
  environment: Environment,
  languages: readonly string[] = LANGUAGES,
): LanguageArguments {
  const rest: string[] = [];
  let chosen: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    // Behind it are no options.
    if (arg === '--')
      return { language: chosen ?? inherited(environment, languages), args: [...rest, ...args.slice(i)] };
    if (arg === OPTION) chosen = named(args[++i], languages);
    else if (arg.startsWith(`${OPTION}=`)) chosen = named(arg.slice(OPTION.length + 1), languages);
    else rest.push(arg);
  }
  return { language: chosen ?? inherited(environment, languages), args: rest };
}

function named(text: string | undefined, languages: readonly string[]): string {
  const language = text === undefined ? undefined : languageIn(text, languages);
  if (language !== undefined) return language;
  throw new UsageError(`${OPTION} ${text || 'is empty'}: one of ${languages.join(', ')} is wanted`);
}

/**
 * POSIX.1-2017 section 8.2: the first of these that is set and not empty counts, and a language that is not here is no
 * mistake. C and POSIX are in English.
 */
function inherited(environment: Environment, languages: readonly string[]): string {
  const set = ['LC_ALL', 'LC_MESSAGES', 'LANG'].map((name) => environment[name]).find((text) => text);
  return (set === undefined ? undefined : languageIn(set, languages)) ?? 'en';
}

/** `de`, `de-AT`, `de_AT.UTF-8@euro`: the first part says the language. */
function languageIn(text: string, languages: readonly string[]): string | undefined {
  const [, tag] = /^([a-z]{2,3})(?:[-_.@]|$)/i.exec(text) ?? [];
  return languages.find((language) => language === tag?.toLowerCase());
}
