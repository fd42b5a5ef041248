/** What `--stats` tells: the questions of all lookups, and of the requests they came to how many octets, by resolver. */
import type { Ask } from '../dns/ask.ts';
import type { WorkDone } from '../dnssec/lookup.ts';
import type { Fetch } from '../doh/doh.ts';
import { alignColumns, joinLines } from './text.ts';

export interface Stats {
  /** Asked by the lookups, those answered from memory or a file included. */
  readonly questions: number;
  /** Round trips, added up over the lookups. */
  readonly rounds: number;
  /** Questions for which nobody was asked. */
  readonly cacheHits: number;
  readonly resolvers: readonly ResolverStats[];
}

export interface ResolverStats {
  readonly resolver: string;
  /** HTTP requests, further tries included. */
  readonly requests: number;
  /** DNS messages, by GET as their text in the URL; without what HTTP and TLS add. */
  readonly octetsSent: number;
  readonly octetsReceived: number;
}

type Counts = { -readonly [Field in keyof Omit<ResolverStats, 'resolver'>]: ResolverStats[Field] };

export class StatsCounter {
  #questions = 0;
  #rounds = 0;
  #passedOn = 0;
  readonly #resolvers = new Map<string, Counts>();

  /** Over the cache: counts what is asked. */
  countQuestions(ask: Ask): Ask {
    return (question) => {
      this.#questions++;
      return ask(question);
    };
  }

  /** Under the cache: counts what it did not have. */
  countPassedOn(ask: Ask): Ask {
    return (question) => {
      this.#passedOn++;
      return ask(question);
    };
  }

  /** Around the fetch of one resolver. */
  countTraffic(resolver: string, fetch: Fetch): Fetch {
    const counts: Counts = { requests: 0, octetsSent: 0, octetsReceived: 0 };
    this.#resolvers.set(resolver, counts);
    return async (url, init) => {
      counts.requests++;
      counts.octetsSent +=
        init.body instanceof Uint8Array ? init.body.length : (new URL(url).searchParams.get('dns')?.length ?? 0);
      const response = await fetch(url, init);
      if (response.body === null) return response;
      const counter = new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => {
          counts.octetsReceived += chunk.length;
          controller.enqueue(chunk);
        },
      });
      const { status, headers } = response;
      return new Response(response.body.pipeThrough(counter), { status, headers });
    };
  }

  add({ roundTrips }: WorkDone): void {
    this.#rounds += roundTrips;
  }

  get stats(): Stats {
    return {
      questions: this.#questions,
      rounds: this.#rounds,
      cacheHits: this.#questions - this.#passedOn,
      resolvers: [...this.#resolvers].map(([resolver, counts]) => ({ resolver, ...counts })),
    };
  }
}

export function statsText({ questions, rounds, cacheHits, resolvers }: Stats): string {
  const rows = resolvers.map(({ resolver, requests, octetsSent, octetsReceived }) => [
    resolver,
    counted(requests, 'request'),
    `${octetsSent} octets sent`,
    `${octetsReceived} octets received`,
  ]);
  return joinLines([
    `stats: ${counted(questions, 'question')}, ${counted(rounds, 'round')}, ${cacheHits} answered from the cache`,
    ...alignColumns(rows).map((row) => `  ${row}`),
  ]);
}

/** In English, as all of what is told of the program's own work. */
function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
