// The page's service worker: it keeps all files of the page, so that after one visit every screen works without a network.

/** What is kept, by names relative to the page; the build writes it before this script (`demo/vite.config.ts`). */
declare const build: {
  /** Another one for each change of any file. */
  version: string;
  /** The page itself is `./`. */
  pages: string[];
  /** Files whose names stay the same when they change. */
  named: string[];
  /** Files whose names have a digest of their content. */
  assets: string[];
};

// The types of pages and of workers do not go together: this is what is used of the latter.
interface Lifetime extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Question extends Lifetime {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
declare const registration: { readonly scope: string };
declare const clients: { claim(): Promise<void> };
declare function addEventListener(type: 'install' | 'activate', listener: (event: Lifetime) => void): void;
declare function addEventListener(type: 'fetch', listener: (event: Question) => void): void;

/** A page is asked for from its host first, but no longer than this. */
const patienceMilliseconds = 3000;

const { scope } = registration;
/** Other pages of the same host have caches, too; this one may be there twice, below different paths. */
const family = `mlsec ${scope} `;
const cacheName = family + build.version;

const addressOf = (name: string) => new URL(name, scope).href;
const pages = new Set(build.pages.map(addressOf));
const files = new Set([...build.named, ...build.assets].map(addressOf));

// Where anything fails, there is no new service worker, and the next visit begins where this one ended.
addEventListener('install', (event) => event.waitUntil(keepAll()));

// That is when no page of an earlier version is open any more.
addEventListener('activate', (event) => event.waitUntil(removeEarlier().then(() => clients.claim())));

addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const address = request.url.replace(/[?#].*$/, '').replace(/\/index\.html$/, '/');
  if (pages.has(address)) event.respondWith(freshPage(request, address));
  else if (files.has(address)) event.respondWith(kept(address).then((file) => file ?? fetch(request)));
});

/** One file after the other, so that what the visitor does meanwhile goes first; pages last, as they need the others. */
async function keepAll(): Promise<void> {
  const cache = await caches.open(cacheName);
  for (const name of build.assets) {
    const address = addressOf(name);
    // What has not changed is there from an earlier version, or from a visit that did not come this far.
    await cache.put(address, (await caches.match(address)) ?? (await fetchFile(address, 'default')));
  }
  for (const name of build.named) await cache.put(addressOf(name), await fetchFile(addressOf(name), 'no-cache'));
  for (const address of pages) await cache.put(address, await fetchPage(address));
}

async function fetchFile(address: string, mode: RequestCache): Promise<Response> {
  const response = await fetch(address, { cache: mode, priority: 'low' });
  // Some hosts give a page in the place of what they have not.
  const substitute = !pages.has(address) && response.headers.get('content-type')?.startsWith('text/html');
  if (!response.ok || substitute) throw new Error(`${address} cannot be had.`);
  if (!response.redirected) return response;
  // What came by a redirection may not be given to a visitor who asks for a page.
  const { headers } = response;
  return new Response(await response.blob(), { headers });
}

/** A page of just this version: a cache on the way may still have an earlier one, whose files are not kept. */
async function fetchPage(address: string): Promise<Response> {
  const response = await fetchFile(address, 'no-cache');
  const text = await response.clone().text();
  const strangers = (text.match(/assets\/[\w.-]+/g) ?? []).filter((name) => !build.assets.includes(name));
  if (strangers.length > 0) throw new Error(`${address} needs ${strangers.join(', ')}.`);
  return response;
}

/** As its host has it now, so that a new version arrives with the next visit; as it is kept where that cannot be had. */
async function freshPage(request: Request, address: string): Promise<Response> {
  const asked = fetch(request);
  const answered = asked.then((response) => (response.status < 500 ? response : Promise.reject(response.status)));
  const tooLate = new Promise<never>((_, reject) => setTimeout(reject, patienceMilliseconds));
  try {
    return await Promise.race([answered, tooLate]);
  } catch {
    return (await kept(address)) ?? asked;
  }
}

/** A file of this version; undefined where the browser has lost it or refuses to say. */
async function kept(address: string): Promise<Response | undefined> {
  try {
    return await (await caches.open(cacheName)).match(address);
  } catch {
    return undefined;
  }
}

async function removeEarlier(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(family) && name !== cacheName) await caches.delete(name);
  }
}
