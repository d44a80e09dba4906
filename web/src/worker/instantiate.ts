import type { Create } from '../core/binding.js';

/** An instance of a module that the client has compiled. */
export function instantiate<Module>(compiled: WebAssembly.Module, create: Create<Module>): Promise<Module> {
  return new Promise((resolve, reject) => {
    create({
      instantiateWasm(imports, done) {
        try {
          const instance = new WebAssembly.Instance(compiled, imports);
          done(instance);
          return instance.exports;
        } catch (error) {
          // The generated code would only print it.
          reject(error);
          throw error;
        }
      },
    }).then(resolve, reject);
  });
}
