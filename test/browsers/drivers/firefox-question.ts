/** Firefox's own question about an extension that asks for more access, as the person meets it below the address bar. */

/**
 * For Marionette in the browser's own context. Gets the answer, and how long to wait for the question; gives what was
 * asked, null where nothing was.
 */
export const ANSWER_QUESTION = `return (async () => {
  const [answer, limitMs] = arguments;
  const deadline = Date.now() + limitMs;
  const until = async (isSo) => {
    while (!isSo() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 25));
    return isSo();
  };
  const question = () => document.getElementById('addon-webext-permissions-notification');
  const panel = () => question()?.closest('panel');
  if (!(await until(() => panel()?.state === 'open'))) return null;
  const asked = question().textContent.replace(/\\s+/g, ' ').trim();
  // A click that was meant for something else is not taken for an answer: the buttons sleep at first.
  const delayMs = Services.prefs.getIntPref('security.notification_enable_delay');
  await new Promise((resolve) => setTimeout(resolve, delayMs + 100));
  if (answer === 'allow') question().button.click();
  else if (answer === 'refuse') question().secondaryButton.click();
  // As by Escape, or by a click elsewhere.
  else panel().hidePopup();
  return (await until(() => panel()?.state !== 'open')) ? asked : null;
})();`;
