/**
 * Has the browser keep all files of the page, from now on and in the background. Resolves once the page works without a
 * network; never where the browser keeps nothing, as in some private windows, or a file could not be had.
 */
export async function keepOffline(): Promise<void> {
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  // Only what is built has a service worker, and who saves data fetches only what is used.
  if (!import.meta.env.PROD || connection?.saveData) return new Promise(() => {});
  try {
    const { serviceWorker } = navigator;
    await serviceWorker.register(new URL('./service_worker.js', document.baseURI));
    await serviceWorker.ready;
  } catch {
    return new Promise(() => {});
  }
}
