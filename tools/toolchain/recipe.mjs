/**
 * What the toolchain folder consists of. This is data only: the folder's name carries a hash of it, so a changed
 * recipe makes a new folder and every clone with the same recipe shares one.
 */
import { createHash } from 'node:crypto';

export const recipe = {
  /** Raise this when the code that unpacks or patches changes what ends up in the folder. */
  procedure: 1,
  suite: 'trixie',
  architecture: 'amd64',
  triple: 'x86_64-linux-gnu',
  loader: 'usr/lib64/ld-linux-x86-64.so.2',
  llvm: 'usr/lib/llvm-19',
  emscriptenVersion: '3.1.69',

  packages: [
    'emscripten',
    'binaryen',
    'clang-19',
    'lld-19',
    'llvm-19',
    'clang-format-19',
    'libclang-rt-19-dev',
    'python3-minimal',
    'libpython3-stdlib',
    'cmake',
    'ninja-build',
    'patchelf',
    'libc6-dev',
    'libstdc++-14-dev',
    'libxnnpack-dev',
    'libpthreadpool-dev',
    'libfxdiv-dev',
    'libfp16-dev',
    'libeigen3-dev',
    'doctest-dev',
    'libprotozero-dev',
  ],

  /**
   * Dependencies of the packages above that nothing here runs or links. They are declared installed, so that apt does
   * not download them. (Node is the one that runs this script; tar and dpkg are the machine's own.)
   */
  notNeeded: [
    'nodejs',
    'ccache',
    'dpkg',
    'debconf',
    'tar',
    'tzdata',
    'procps',
    'binutils',
    'media-types',
    'netbase',
    'rpcsvc-proto',
    'libcrypt-dev',
    'libc6-i386',
    'lib32gcc-s1',
    'lib32stdc++6',
    'libasan8',
    'liblsan0',
    'libtsan2',
    'libhwasan0',
    'libubsan1',
    'libitm1',
    'libquadmath0',
    'libgomp1',
  ],

  /** Downloaded because another package wants exactly this version, but never used. */
  notUnpacked: [
    'libclang1-19',
    'llvm-19-linker-tools',
    'pkgconf',
    'pkgconf-bin',
    'pkg-config',
    'libpkgconf3',
    'readline-common',
    'libc-dev-bin',
  ],

  /** Patterns for tar: documentation and the library variants (threads, link-time optimisation, PIC) we do not link. */
  notExtracted: [
    './usr/share/doc',
    './usr/share/doc-base',
    './usr/share/man',
    './usr/share/info',
    './usr/share/locale',
    './usr/share/lintian',
    './usr/share/bash-completion',
    './usr/share/emacs',
    './usr/share/vim',
    './usr/share/zsh',
    './usr/share/cmake-*/Help',
    './usr/lib/x86_64-linux-gnu/gconv',
    './usr/lib/gcc/*/lib*san.a',
    './usr/bin/em*', // they go to /usr/share/emscripten
    './usr/share/emscripten/test',
    './usr/share/emscripten/docs',
    './usr/share/emscripten/media',
    './usr/share/emscripten/out',
    './usr/share/emscripten/ChangeLog.*',
    './usr/share/emscripten/cache/sysroot/lib/*/lto',
    './usr/share/emscripten/cache/sysroot/lib/*/pic',
    './usr/share/emscripten/cache/sysroot/lib/*/lto-pic',
    './usr/share/emscripten/cache/sysroot/lib/*/lib*-mt*',
    './usr/share/emscripten/cache/sysroot/lib/*/lib*-ww*',
    './usr/share/emscripten/cache/sysroot/lib/*/libGL-[ewmo]*',
  ],

  /** Of llvm-19's hundred programs, the ones a build, a sanitizer report or a size question needs. */
  llvmPrograms: [
    'clang',
    'clang++',
    'clang-19',
    'clang-cpp',
    'clang-format',
    'lld',
    'ld.lld',
    'wasm-ld',
    'llvm-ar',
    'llvm-cov',
    'llvm-cxxfilt',
    'llvm-dwarfdump',
    'llvm-dwp',
    'llvm-nm',
    'llvm-objcopy',
    'llvm-objdump',
    'llvm-profdata',
    'llvm-ranlib',
    'llvm-readelf',
    'llvm-readobj',
    'llvm-size',
    'llvm-strip',
    'llvm-symbolizer',
  ],

  /** The same for sources: tests, and kernels for processors that WebAssembly is not (6,400 of 10,200 files). */
  notExtractedFromSources: [
    'test',
    'bench',
    'jni',
    '*.S',
    ...['neon', 'avx', 'sse', 'fma3', 'f16c', 'rvv', 'hvx', 'fp16arith', 'armsimd', 'aarch'].map(
      (name) => `*-*${name}*.c`,
    ),
  ],

  /** Source packages: the upstream archive of each, which dpkg would call `.orig`. */
  sources: {
    xnnpack: {
      version: '0.0~git20241108.4ea82e5',
      sha256: '90bde2caef0f880f627bab0dc805a86c4b8070cd98e3243db3046ab3f3be1a99',
    },
    pthreadpool: {
      version: '0.0~git20240616.560c60d',
      sha256: '4cc3cbd933b28131d2a34edc54f76af9fb41bc490af5eae1a5bd3cd07ea90708',
    },
  },
};

/**
 * For machines whose own Emscripten is used: the native compiler and the libraries remain.
 * @param {typeof recipe} complete
 * @returns {typeof recipe}
 */
export function withoutEmscripten(complete) {
  return { ...complete, packages: complete.packages.filter((name) => !['emscripten', 'binaryen'].includes(name)) };
}

/**
 * @param {unknown} data anything JSON can express
 * @returns {string} twelve hexadecimal digits naming it
 */
export function hashOf(data) {
  return createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 12);
}
