//===- E4M3.cu - Example 55 with e4m3 activations -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A scale is eight bytes: its products with -8 .. -1, in e4m3. Codes of 1 .. 7
// become those of -1 .. -7 but for the sign, so that one table serves both.
//
//===----------------------------------------------------------------------===//

#include "Form.h"

using namespace cute;
using namespace peer;

static constexpr int kThreads = 256;

namespace {
struct Types {
  using Activation = cutlass::float_e4m3_t;
  using Scale = cutlass::Array<Activation, 8>;
  using WeightAtom =
      decltype(cutlass::compute_memory_reordering_atom<Activation>());
};
} // namespace

static __device__ unsigned tableCode(unsigned code) {
  return code > 0 && code < 8 ? 8 - code : code;
}

static __global__ void encode(const uint8_t *from, uint8_t *to, int64_t bytes) {
  int64_t i = int64_t(blockIdx.x) * kThreads + threadIdx.x;
  if (i < bytes)
    to[i] = tableCode(from[i] & 0xf) | tableCode(from[i] >> 4) << 4;
}

static void pack(Operands &operands) {
  int64_t bytes = operands.n * operands.k / 2;
  auto *encoded = static_cast<uint8_t *>(allocate(bytes));
  encode<<<(bytes + kThreads - 1) / kThreads, kThreads>>>(operands.codes,
                                                          encoded, bytes);
  packCodes<Types::WeightAtom>(operands, encoded);
  check(cudaFree(encoded), "cudaFree");
  for (void *copy : operands.packedScales)
    if (!cutlass::pack_scale_fp8(
            static_cast<const Types::Activation *>(operands.scales),
            static_cast<Types::Scale *>(copy),
            operands.n * (operands.k / kGroup)))
      fail("cannot pack scales");
}

Form peer::e4m3Form() {
  using Persistent = cutlass::gemm::PersistentScheduler;
  using StreamK = cutlass::gemm::StreamKScheduler;
  using Single = Shape<_1, _1, _1>;
  using Pair = Shape<_2, _1, _1>;
  // Sums of 8-bit products keep fewer bits than f32, and nothing promotes them:
  // 4e-3 for 28672 of them.
  return {
      Operand::E4M3,
      "e4m3",
      sizeof(Types::Scale),
      /*maxError=*/1e-2,
      pack,
      {{"128x256x128", 2, "persistent",
        Multiply<Types, Shape<_128, _256, _128>, Pair, Persistent>::prepare},
       {"128x128x128", 2, "persistent",
        Multiply<Types, Shape<_128, _128, _128>, Pair, Persistent>::prepare},
       {"128x64x128", 1, "stream-k",
        Multiply<Types, Shape<_128, _64, _128>, Single, StreamK>::prepare}}};
}
