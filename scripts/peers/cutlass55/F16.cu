//===- F16.cu - Example 55 with f16 activations ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tiles, clusters and schedulers are those that were the fastest somewhere.
//
//===----------------------------------------------------------------------===//

#include "Form.h"

using namespace cute;
using namespace peer;

namespace {
struct Types {
  using Activation = cutlass::half_t;
  using Scale = cutlass::half_t;
  // The values of a thread lie side by side, in the order 0 2 4 6 1 3 5 7.
  using WeightAtom = decltype(cutlass::compute_memory_reordering_atom<
                              Activation, Layout<Shape<_1, _1>>,
                              Layout<Shape<_2, _4>, Stride<_4, _1>>>());
};
} // namespace

static void pack(Operands &operands) {
  packCodes<Types::WeightAtom>(operands, operands.codes);
  size_t bytes = operands.n * (operands.k / kGroup) * sizeof(Types::Scale);
  for (void *copy : operands.packedScales)
    check(cudaMemcpy(copy, operands.scales, bytes, cudaMemcpyDeviceToDevice),
          "copying scales");
}

Form peer::f16Form() {
  using Persistent = cutlass::gemm::PersistentScheduler;
  using StreamK = cutlass::gemm::StreamKScheduler;
  using Single = Shape<_1, _1, _1>;
  using Pair = Shape<_2, _1, _1>;
  // Rounding results to f16 is 2.1e-4.
  return {
      Operand::F16,
      "f16",
      sizeof(Types::Scale),
      /*maxError=*/4e-4,
      pack,
      {{"128x256x64", 2, "persistent",
        Multiply<Types, Shape<_128, _256, _64>, Pair, Persistent>::prepare},
       {"256x128x64", 2, "persistent",
        Multiply<Types, Shape<_256, _128, _64>, Pair, Persistent>::prepare},
       {"128x128x64", 2, "persistent",
        Multiply<Types, Shape<_128, _128, _64>, Pair, Persistent>::prepare},
       {"128x128x64", 1, "stream-k",
        Multiply<Types, Shape<_128, _128, _64>, Single, StreamK>::prepare}}};
}
