// The one place with state: the settings, the workers, and the models whose handles the workers hold.

import { resolveAddress } from './address.js';
import type { Asset, Build, Flavour, Pack } from './assets/asset.js';
import { assets } from './assets/files.js';
import { fail, MlsecError } from './error.js';
import { compileAsset } from './fetching.js';
import type { CallContext } from './pool/call.js';
import { Pool } from './pool/pool.js';
import type { Engine, ModelRecord } from './pool/slot.js';
import type { Task, TaskResults } from './protocol.js';
import { checkedSettings, chooseFlavour, type Settings } from './settings.js';

let settings: Settings = {};
const engines = new Map<Build, Engine>();
/** The pools that new calls go to. */
let current = new Map<Build, Pool>();
/** These, and those that still have calls from before the settings changed. */
const pools = new Set<Pool>();

/**
 * Changes settings, such as the number of workers or where the WebAssembly file is. Calls under way end with the
 * settings they began with.
 * @throws MlsecError 'unknown-option', 'wrong-type' or 'out-of-range', naming the setting.
 */
export function configure(changes: Settings): void {
  settings = { ...settings, ...checkedSettings(changes) };
  if (Object.keys(changes).some((name) => /Url$|Binary$|^packs$/.test(name))) engines.clear();
  current = new Map();
  retire();
}

/**
 * Ends all workers. Calls under way reject with an MlsecError of code 'aborted'; the next call starts workers anew, and
 * models stay usable.
 */
export function close(): void {
  current = new Map();
  for (const pool of pools) pool.close(new MlsecError('aborted', '', 'The call was ended by close().'));
  pools.clear();
}

/** What the package holds on to: for each running worker, the number of objects in its instance. */
export async function diagnostics(): Promise<{ liveHandles: number[] }> {
  const counts = await Promise.all([...pools].map((pool) => pool.census()));
  return { liveHandles: counts.flat() };
}

/** The number of workers a call may use. */
export function workerCount(): number {
  return settings.workers ?? 1;
}

export interface RunContext extends CallContext {
  models?: ModelRecord[];
  deterministic?: boolean;
  /** In workers that read files, have all attacks or train, not in those that have the core alone. */
  pack?: 'files' | 'attacks' | 'training' | undefined;
}

/** Does tasks in the pool; with `once`, in workers of their own, one each, that end with them. */
export async function run<T extends Task>(tasks: T[], context: RunContext): Promise<TaskResults[T['kind']][]> {
  context.signal?.throwIfAborted();
  // Calls of the core are under way from now on.
  let build = context.pack ? await buildFor(context) : chooseFlavour(settings, context.deterministic);
  while (context.pack && !engines.has(build)) build = await buildFor(context);
  const pool = context.once ? openPool(build, tasks.length) : currentPool(build);
  const { models = [] } = context;
  for (const model of models) model.uses++;
  try {
    return await pool.run(tasks, context);
  } finally {
    for (const model of models) model.uses--;
    for (const model of models) forgetUnused(model);
    retire();
  }
}

/** Starts the first worker and its core, for a call that has something else to wait for before it needs them. */
export function warmUp(deterministic: boolean | undefined): void {
  currentPool(chooseFlavour(settings, deterministic)).warmUp();
}

function currentPool(build: Build): Pool {
  const pool = current.get(build) ?? openPool(build, build === 'files' ? 1 : workerCount());
  current.set(build, pool);
  return pool;
}

/** The build for a call; that of a pack is made ready, as its script may be a module of its own. */
async function buildFor({ pack, deterministic }: Pick<RunContext, 'pack' | 'deterministic'>): Promise<Build> {
  const flavour = pack === 'files' ? 'simd' : chooseFlavour(settings, deterministic);
  if (!pack) return flavour;
  const name: Pack = pack === 'files' ? pack : `${pack}-${flavour}`;
  if (engines.has(name)) return name;
  const before = settings;
  const engine = await engineOfPack(name);
  // Of settings that have changed meanwhile, nothing is kept.
  if (settings !== before) return buildFor({ pack, ...(deterministic !== undefined && { deterministic }) });
  engines.set(name, engine);
  return name;
}

async function engineOfPack(name: Pack): Promise<Engine> {
  const own = settings.packs?.[name];
  const field = `packs.${name}`;
  if (own) return engineOf(resolveAddress(own.workerUrl, field), resolveAddress(own.wasmUrl, field), field);
  const shipped = assets.packs[name];
  if (!shipped) return fail('unsupported', '', `This entry of the package has no ${name}.`);
  return engineOf(await shipped.worker(), shipped.wasm(), field);
}

/** A worker that keeps what it is given between tasks. */
export interface OwnWorker {
  run<T extends Task>(task: T, context: CallContext): Promise<TaskResults[T['kind']]>;
  close(): void;
}

/** One that trains. */
export async function openWorker(deterministic: boolean | undefined): Promise<OwnWorker> {
  const pool = openPool(await buildFor({ pack: 'training', ...(deterministic !== undefined && { deterministic }) }), 1);
  pool.calls++; // keeps it open
  let open = true;
  return {
    async run(task, context) {
      context.signal?.throwIfAborted();
      const [result] = await pool.run([task], { ...context, once: true });
      return result as TaskResults[(typeof task)['kind']];
    },
    close() {
      if (open) pool.calls--;
      open = false;
      retire();
    },
  };
}

/** Lets the workers free a disposed model, when the last call that uses it has ended. */
export function forgetUnused(model: ModelRecord): void {
  if (!model.disposed || model.uses > 0) return;
  for (const pool of pools) pool.forget(model.key);
}

function openPool(build: Build, size: number): Pool {
  // Those of packs were made before.
  const engine = engines.get(build) ?? makeEngine(build as Flavour);
  engines.set(build, engine);
  const pool = new Pool(engine, size);
  pools.add(pool);
  return pool;
}

/** Closes pools that nothing uses any more. */
function retire(): void {
  const wanted = new Set(current.values());
  for (const pool of pools) {
    if (wanted.has(pool) || pool.calls > 0) continue;
    pools.delete(pool);
    pool.close(undefined);
  }
}

function makeEngine(flavour: Flavour): Engine {
  const { wasmUrl, wasmBinary, workerUrl } = settings;
  const script = workerUrl ? resolveAddress(workerUrl, 'workerUrl') : assets.worker(flavour);
  if (wasmBinary) return engineOf(script, new Uint8Array(wasmBinary as ArrayBuffer), 'wasmBinary');
  return engineOf(script, wasmUrl ? resolveAddress(wasmUrl, 'wasmUrl') : assets.wasm(flavour), 'wasmUrl');
}

/** Compiles the file once, when it is first asked for; `field` is the setting that errors name. */
function engineOf(script: URL | string, wasm: Asset | Uint8Array, field: string): Engine {
  let compiled: Promise<WebAssembly.Module> | undefined;
  return {
    script,
    module() {
      compiled ??= compileAsset(wasm, field);
      // What failed may work next time.
      compiled.catch(() => {
        compiled = undefined;
      });
      return compiled;
    },
  };
}
