/** A page's side of the messages: a request goes to the background, its typed answer comes back. */
import browser from './browser.ts';
import type { Answers, Request } from './messages.ts';

export function send<Kind extends Request['kind']>(request: Extract<Request, { kind: Kind }>): Promise<Answers[Kind]> {
  return browser.runtime.sendMessage(request);
}
