/** Builds the C++ core with CMake and Ninja, in build/native, build/simd, build/relaxed and build/fuzz. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './toolchain/run.mjs';
import { step } from './toolchain/steps.mjs';
import { ensureToolchain } from './toolchain.mjs';

const project = fileURLToPath(new URL('..', import.meta.url));

/**
 * @param {'native' | 'native-fast' | 'fuzz' | 'fuzz-coverage' | 'simd' | 'relaxed'} flavour `native` has sanitizers,
 *   `native-fast` has none; `fuzz` is native with what libFuzzer needs, `fuzz-coverage` counts lines as well
 * @param {string[]} targets of CMake: core, print_catalog, core_tests
 * @param {{log?: (line: string) => void, xnnpack?: {library: string, includeDir: string}}} [options] `xnnpack` for
 *   benchmarks that compare the engine with it; these have a build folder of their own
 * @returns {Promise<string>} the build folder
 */
export async function buildCore(flavour, targets, { log = console.log, xnnpack } = {}) {
  const toolchain = await ensureToolchain({ log });
  const env = { ...process.env, ...toolchain.env };
  const folder = join(project, 'build', xnnpack ? `${flavour}-with-xnnpack` : flavour);
  const definitions = {
    CMAKE_MAKE_PROGRAM: toolchain.ninja,
    ...(/^(native|fuzz)/.test(flavour) ? native(toolchain, flavour) : await webAssembly(toolchain, flavour, xnnpack)),
  };
  await configure(folder, definitions, [toolchain.cmake, '-G', 'Ninja', '-S', project, '-B', folder], env);
  await step(log, `building ${targets.join(', ')} (${flavour})`, () =>
    run([toolchain.ninja, '-C', folder, '-j', String(availableParallelism()), ...targets], { env }),
  );
  return folder;
}

/**
 * A folder configured otherwise (another toolchain, say) is made anew.
 * @param {string} folder
 * @param {Record<string, string>} definitions
 * @param {string[]} command
 * @param {NodeJS.ProcessEnv} env
 */
async function configure(folder, definitions, command, env) {
  const stamp = join(folder, 'definitions.json');
  const wanted = JSON.stringify(definitions, null, 1);
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return;
  await rm(folder, { recursive: true, force: true });
  await run([...command, ...Object.entries(definitions).map(([name, value]) => `-D${name}=${value}`)], { env });
  await writeFile(stamp, wanted);
}

/**
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {'native' | 'native-fast' | 'fuzz' | 'fuzz-coverage'} flavour
 */
function native(toolchain, flavour) {
  return {
    MLSEC_FLAVOUR: 'native',
    MLSEC_SANITIZERS: flavour === 'native-fast' ? 'OFF' : 'ON',
    ...(flavour.startsWith('fuzz') && { MLSEC_FUZZING: 'ON' }),
    ...(flavour === 'fuzz-coverage' && { MLSEC_COVERAGE: 'ON' }),
    CMAKE_CXX_COMPILER: toolchain.clangxx,
    CMAKE_CXX_FLAGS: toolchain.nativeCompileFlags.join(' '),
    CMAKE_EXE_LINKER_FLAGS: toolchain.nativeLinkFlags.join(' '),
    MLSEC_INCLUDES: toolchain.includeDirs.join(';'),
    MLSEC_XNNPACK: 'XNNPACK;pthreadpool',
  };
}

/**
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {'simd' | 'relaxed'} flavour
 * @param {{library: string, includeDir: string}} [xnnpack]
 */
async function webAssembly(toolchain, flavour, xnnpack) {
  return {
    MLSEC_FLAVOUR: flavour,
    ...(await compiler(toolchain)),
    MLSEC_INCLUDES: [...toolchain.includeDirs, ...(xnnpack ? [xnnpack.includeDir] : [])].join(';'),
    ...(xnnpack && { MLSEC_XNNPACK: xnnpack.library }),
  };
}

/**
 * Our own clang with the flags emcc would give it takes a third of the time emcc does; emcc links. Of someone else's
 * Emscripten we do not know which clang belongs to it, so there emcc does both.
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @returns {Promise<Record<string, string>>}
 */
async function compiler(toolchain) {
  if (!toolchain.ownEmscripten) return { CMAKE_TOOLCHAIN_FILE: toolchain.emscriptenCmakeToolchainFile };
  const flags = await run([...toolchain.emxx, '--cflags', '-fwasm-exceptions'], {
    env: { ...process.env, ...toolchain.env },
  });
  return {
    CMAKE_SYSTEM_NAME: 'Generic',
    CMAKE_SYSTEM_PROCESSOR: 'wasm32',
    CMAKE_TRY_COMPILE_TARGET_TYPE: 'STATIC_LIBRARY',
    CMAKE_CXX_COMPILER: toolchain.clangxx,
    CMAKE_AR: toolchain.llvmAr,
    CMAKE_CXX_FLAGS: flags.trim(),
    CMAKE_CXX_LINK_EXECUTABLE: `${toolchain.emxx.join(' ')} <LINK_FLAGS> <OBJECTS> -o <TARGET> <LINK_LIBRARIES>`,
  };
}
