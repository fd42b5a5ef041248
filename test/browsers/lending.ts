/** Things that many want and few can have at a time, such as tabs. */
export interface Lending<Thing> {
  /** Whoever asks first is served first. */
  take(): Promise<Thing>;
  giveBack(thing: Thing): void;
}

export function lend<Thing>(things: Thing[]): Lending<Thing> {
  const waiting: ((thing: Thing) => void)[] = [];
  return {
    take: async () => things.pop() ?? new Promise((resolve) => waiting.push(resolve)),
    giveBack: (thing) => {
      const next = waiting.shift();
      if (next === undefined) things.push(thing);
      else next(thing);
    },
  };
}
