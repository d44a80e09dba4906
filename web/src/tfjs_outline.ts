// The weights of a model.json as far as they are known without its files.
import { fill, leastLeftOut, oneAs } from './onnx_outline.js';

interface WeightEntry {
  shape: number[];
  dtype: string;
  quantization?: { dtype: string };
}
interface WeightGroup {
  paths?: string[];
  weights?: WeightEntry[];
}

/** How many bytes a number takes, and a one. */
const stored: Record<string, number[]> = {
  float32: oneAs.float32,
  int32: [1, 0, 0, 0],
  bool: [1],
  uint8: [1],
  uint16: [1, 0],
  float16: oneAs.float16,
};

/** One entry of a manifest: how many files it has, its bytes, all ones, and where the whole numbers lie in them. */
export interface OutlinedGroup {
  count: number;
  bytes: Uint8Array;
  wanted: { begin: number; end: number }[];
}

/** Of a model.json whose files of weights the core has named, so that its manifest is sound. */
export function weightGroups(json: Uint8Array): OutlinedGroup[] {
  const { weightsManifest = [] }: { weightsManifest?: WeightGroup[] } = JSON.parse(new TextDecoder().decode(json));
  return weightsManifest.map(({ paths = [], weights = [] }) => {
    const wanted: OutlinedGroup['wanted'] = [];
    const parts = weights.map(({ shape, dtype, quantization }) => {
      const one = stored[quantization?.dtype ?? dtype] ?? [0];
      return { one, whole: dtype !== 'float32', size: shape.reduce((count, extent) => count * extent, one.length) };
    });
    const bytes = new Uint8Array(parts.reduce((sum, { size }) => sum + size, 0));
    let end = 0;
    for (const { one, whole, size } of parts) {
      const begin = end;
      end += size;
      fill(bytes.subarray(begin, end), one);
      if (!whole || size === 0) continue;
      const last = wanted.at(-1);
      // What lies close together comes in one piece.
      if (last && begin - last.end < leastLeftOut) last.end = end;
      else wanted.push({ begin, end });
    }
    return { count: paths.length, bytes, wanted };
  });
}
