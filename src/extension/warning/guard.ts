/**
 * A click meant for what stood here before, or for a window in front of this one that has just gone, must not let
 * anything through: the ways on can be used only once they have been in sight for a while.
 */

/** As a browser's own questions have it: longer than a double click, or a hand already on its way, takes. */
export const GUARD_MS = 1000;

export interface Sight {
  /** The window comes to the front. */
  readonly onFront: (act: () => void) => void;
  /** The tab is shown, or hidden. */
  readonly onShown: (act: () => void) => void;
  readonly isShown: () => boolean;
}

export function guardClicks(buttons: readonly { disabled: boolean }[], { onFront, onShown, isShown }: Sight): void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const hold = (): void => {
    clearTimeout(waiting);
    for (const button of buttons) button.disabled = true;
    if (!isShown()) return;
    waiting = setTimeout(() => {
      for (const button of buttons) button.disabled = false;
    }, GUARD_MS);
  };
  onFront(hold);
  onShown(hold);
  hold();
}
