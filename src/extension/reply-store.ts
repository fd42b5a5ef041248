/**
 * The resolver's answers in `storage.session`, under `dns:NAME/TYPE`, so that a background that was put to sleep asks
 * nothing again. Messages are stored and nothing that was concluded from them: keys and cuts are proven anew, so
 * whoever could write here could do no more than a resolver can.
 */
import { typeMnemonic } from '../dns/codes.ts';
import type { Name } from '../dns/name.ts';
import type { CachedAnswer } from '../doh/cache.ts';
import { restoreReply, storeReply } from '../doh/stored-replies.ts';
import { createSessionWriter, type SessionStorage } from './session-writer.ts';

export interface ReplyStore {
  /** What was stored of these resolvers, the oldest first; the rest is thrown away. Never rejects. */
  load(resolvers: readonly string[]): Promise<CachedAnswer[]>;
  keep(answer: CachedAnswer): void;
  /** Throws everything away. */
  clear(): void;
  /** Resolves when everything kept so far is stored. For tests. */
  written(): Promise<void>;
}

/** Characters of all values together: a third of what `storage.session` holds, which is shared with the tabs' state. */
const MAX_TOTAL_CHARACTERS = 3_000_000;
/** Of one value. Answers of the walk take a few thousand; a bigger one is asked for again. */
const MAX_VALUE_CHARACTERS = 50_000;

/** What keys of answers begin with. */
export const ANSWER_PREFIX = 'dns:';

interface StoredAnswer {
  readonly reply: unknown;
  readonly storedAt: number;
}

export function createReplyStore(storage: SessionStorage): ReplyStore {
  const writer = createSessionWriter(storage);
  /** Characters by key, the longest stored first. */
  const sizes = new Map<string, number>();
  let total = 0;

  const drop = (key: string): void => {
    total -= sizes.get(key) ?? 0;
    sizes.delete(key);
    writer.put(key, undefined);
  };
  const note = (key: string, size: number): void => {
    total += size - (sizes.get(key) ?? 0);
    sizes.delete(key);
    sizes.set(key, size);
    while (total > MAX_TOTAL_CHARACTERS) drop(sizes.keys().next().value!);
  };

  return {
    load: async (resolvers) => {
      let stored: Record<string, unknown> = {};
      try {
        stored = await storage.get(null);
      } catch (error) {
        console.error('Danelaw: stored answers could not be read', error);
      }
      const answers: { key: string; answer: CachedAnswer }[] = [];
      for (const [key, value] of Object.entries(stored)) {
        if (!key.startsWith(ANSWER_PREFIX)) continue;
        const answer = restoreAnswer(value);
        // An answer stands under its own question, so that none can stand for another.
        const sound = answer !== undefined && keyOf(answer) === key && resolvers.includes(answer.reply.resolver);
        if (sound) answers.push({ key, answer });
        else drop(key);
      }
      answers.sort((a, b) => a.answer.storedAt - b.answer.storedAt);
      for (const { key } of answers) note(key, sizeOf(stored[key]));
      return answers.filter(({ key }) => sizes.has(key)).map(({ answer }) => answer);
    },
    keep: (answer) => {
      const key = keyOf(answer);
      const value: StoredAnswer = { reply: storeReply(answer.reply), storedAt: answer.storedAt };
      const size = sizeOf(value);
      if (key === undefined) return;
      if (size > MAX_VALUE_CHARACTERS) return drop(key);
      // Lost, it is asked for again.
      writer.put(key, value, true);
      note(key, size);
    },
    clear: () => {
      for (const key of [...sizes.keys()]) drop(key);
    },
    written: writer.written,
  };
}

function keyOf({ reply }: CachedAnswer): string | undefined {
  const [question] = reply.message.question;
  return question && storageKey(question.name, question.type);
}

/** Presentation form is one to one: whatever octets a label holds are escaped. */
function storageKey(name: Name, type: number): string {
  return `${ANSWER_PREFIX}${name}/${typeMnemonic(type)}`;
}

function restoreAnswer(value: unknown): CachedAnswer | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { reply: stored, storedAt } = value as Partial<StoredAnswer>;
  const reply = restoreReply(stored);
  if (reply?.ok !== true || typeof storedAt !== 'number' || !Number.isSafeInteger(storedAt)) return undefined;
  return { reply, storedAt };
}

function sizeOf(value: unknown): number {
  return JSON.stringify(value).length;
}
