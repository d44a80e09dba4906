// A stand-in for the pack that reads files: its files are JSON.
import type { DataArray, FilesModule, Outcome } from '../../web/src/core/binding.js';
import { failure, success } from '../../web/src/worker/outcome.js';

export function createFakeFiles(): FilesModule {
  return {
    flavour: () => 'files',
    liveHandles: () => 0,
    readData: (format, bytes, _options, field) =>
      format === 'csv' ? failure('unsupported', field, 'There are no tables here.') : readArray(bytes, field),
    weightFiles: (json) => success(parsed(json).weightsManifest),
    /** The model of the fake core is what stands in the weights. */
    convertTfjs: (json, weights) =>
      parsed(json).modelTopology ? success(weights.slice()) : failure('malformed', 'model', 'There is no topology.'),
    convertSafetensors: (_bytes, architecture) => success(new TextEncoder().encode(JSON.stringify(architecture))),
    onnxToTfjs: (bytes) => success({ json: new TextEncoder().encode('{}'), weights: bytes.slice() }),
  };
}

const parsed = (json: Uint8Array) => JSON.parse(new TextDecoder().decode(json));

/** Its arrays are JSON too: { data, shape }, and `bytes` where the data is to be bytes. */
function readArray(file: Uint8Array, field: string): Outcome<DataArray> {
  try {
    const { data, bytes, shape } = JSON.parse(new TextDecoder().decode(file));
    return success({ data: bytes ? Uint8Array.from(bytes) : Float64Array.from(data), shape });
  } catch {
    return failure('malformed', field, `${field}: the file is no array.`);
  }
}
