/** What the extension's background page and its process take in Firefox, by what stands behind `about:memory`. */

/** For Marionette in the browser's own context; gets the origin of the extension; gives a `BackgroundCost`. */
export const FIREFOX_COST = `return (async () => {
  const [origin] = arguments;
  const manager = Cc['@mozilla.org/memory-reporter-manager;1'].getService(Ci.nsIMemoryReporterManager);
  // What nobody holds goes first, in all processes, as by the button on that page.
  Services.obs.notifyObservers(null, 'child-mmu-request');
  await new Promise((resolve) => manager.minimizeMemoryUsage(resolve));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  let heapOctets = 0;
  await new Promise((resolve) => {
    const add = (process, path, kind, units, amount) => {
      const isPage = path.startsWith('explicit/window-objects/') && path.includes(origin.replaceAll('/', '\\\\'));
      if (isPage && path.includes('_generated_background_page.html')) heapOctets += amount;
    };
    manager.getReports(add, null, resolve, null, false);
  });
  const { children } = await ChromeUtils.requestProcInfo();
  const own = children.filter(({ type }) => type === 'extension');
  return {
    heapOctets,
    processOctets: own.reduce((sum, { memory }) => sum + memory, 0),
    processMs: own.reduce((sum, { cpuTime }) => sum + Number(cpuTime) / 1e6, 0),
  };
})();`;
