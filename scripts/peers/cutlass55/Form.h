//===- Form.h - The types of example 55 -------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The types of CUTLASS's examples/55_hopper_mixed_dtype_gemm with int4 weights
// in the shuffled layout and a scale for each group: the weights are the left
// operand, so that the result is stored by TMA.
//
//===----------------------------------------------------------------------===//

#ifndef SCRIPTS_PEERS_CUTLASS55_FORM_H
#define SCRIPTS_PEERS_CUTLASS55_FORM_H

#include "Peer.h"

#include "cute/tensor.hpp"
#include "cutlass/cutlass.h"
#include "cutlass/epilogue/collective/collective_builder.hpp"
#include "cutlass/gemm/collective/collective_builder.hpp"
#include "cutlass/gemm/device/gemm_universal_adapter.h"
#include "cutlass/gemm/kernel/gemm_universal.hpp"
#include "cutlass/util/mixed_dtype_utils.hpp"
#include "cutlass/util/packed_stride.hpp"

#include <memory>

namespace peer {

using Weight = cutlass::int4b_t;
using Result = cutlass::half_t;
using WeightStride =
    cutlass::detail::TagToStrideB_t<cutlass::layout::ColumnMajor>;

template <typename T>
constexpr int kAlignment = 128 / cutlass::sizeof_bits<T>::value;

/// A kernel; `Types` has the types Activation, Scale and WeightAtom, the order
/// of the shuffled weights.
template <typename Types, typename Tile, typename Cluster, typename Scheduler>
struct Multiply {
  using Activation = typename Types::Activation;
  using Scale = typename Types::Scale;
  using WeightAtom = typename Types::WeightAtom;
  using WeightLayout = decltype(cute::tile_to_shape(
      WeightAtom{}, cute::Layout<cute::Shape<int, int, int>, WeightStride>{}));
  using ResultLayout = cutlass::layout::ColumnMajor;
  using Epilogue = typename cutlass::epilogue::collective::CollectiveBuilder<
      cutlass::arch::Sm90, cutlass::arch::OpClassTensorOp, Tile, Cluster,
      cutlass::epilogue::collective::EpilogueTileAuto, float, float, void,
      ResultLayout, kAlignment<Result>, Result, ResultLayout,
      kAlignment<Result>,
      cutlass::epilogue::TmaWarpSpecializedCooperative>::CollectiveOp;
  using Mainloop = typename cutlass::gemm::collective::CollectiveBuilder<
      cutlass::arch::Sm90, cutlass::arch::OpClassTensorOp,
      cute::tuple<Weight, Scale>, WeightLayout, kAlignment<Weight>, Activation,
      cutlass::layout::ColumnMajor, kAlignment<Activation>, float, Tile,
      Cluster,
      cutlass::gemm::collective::StageCountAutoCarveout<static_cast<int>(
          sizeof(typename Epilogue::SharedStorage))>,
      cutlass::gemm::KernelTmaWarpSpecializedCooperative>::CollectiveOp;
  using Gemm = cutlass::gemm::device::GemmUniversalAdapter<
      cutlass::gemm::kernel::GemmUniversal<cute::Shape<int, int, int, int>,
                                           Mainloop, Epilogue, Scheduler>>;

  static Call prepare(const Operands &operands, int64_t tokens, int swizzle);
};

inline auto weightShape(const Operands &operands) {
  return cute::make_shape(int(operands.n), int(operands.k), 1);
}

inline void check(cutlass::Status status, const char *what) {
  if (status != cutlass::Status::kSuccess)
    fail(std::string(what) + ": " + cutlassGetStatusString(status));
}

template <typename Types, typename Tile, typename Cluster, typename Scheduler>
Call Multiply<Types, Tile, Cluster, Scheduler>::prepare(
    const Operands &operands, int64_t tokens, int swizzle) {
  using Kernel = typename Gemm::GemmKernel;
  using cute::make_shape;
  using cutlass::make_cute_packed_stride;
  int n = operands.n, k = operands.k, m = tokens;
  auto gemms = std::make_shared<std::vector<Gemm>>(operands.packedCodes.size());
  void *workspace = nullptr;
  for (size_t i = 0; i < gemms->size(); ++i) {
    typename Gemm::Arguments arguments{
        cutlass::gemm::GemmUniversalMode::kGemm,
        {n, m, k, 1},
        {static_cast<Weight *>(operands.packedCodes[i]),
         cute::tile_to_shape(WeightAtom{}, weightShape(operands)),
         static_cast<Activation *>(operands.activations),
         make_cute_packed_stride(typename Kernel::StrideB{},
                                 make_shape(m, k, 1)),
         static_cast<Scale *>(operands.packedScales[i]),
         make_cute_packed_stride(typename Mainloop::StrideScale{},
                                 make_shape(n, int(k / kGroup), 1)),
         int(kGroup)},
        {{operands.factor, 0.0f},
         nullptr,
         {},
         static_cast<Result *>(operands.result),
         make_cute_packed_stride(typename Kernel::StrideD{},
                                 make_shape(n, m, 1))}};
    arguments.scheduler.max_swizzle_size = swizzle;
    check(Gemm::can_implement(arguments), "can_implement");
    size_t bytes = Gemm::get_workspace_size(arguments);
    // Calls come one after the other: one is enough for all.
    if (bytes && !workspace)
      workspace = allocate(bytes);
    check((*gemms)[i].initialize(arguments, workspace), "initialize");
  }
  return [gemms](int64_t call, cudaStream_t stream) {
    check((*gemms)[call % gemms->size()].run(stream), "run");
  };
}

/// Shuffles `codes` into every packed copy.
template <typename WeightAtom>
void packCodes(const Operands &operands, const uint8_t *codes) {
  auto shape = weightShape(operands);
  auto rows = cute::make_layout(
      shape, cutlass::make_cute_packed_stride(WeightStride{}, shape));
  for (void *copy : operands.packedCodes)
    cutlass::reorder_tensor(reinterpret_cast<const Weight *>(codes), rows,
                            static_cast<Weight *>(copy),
                            cute::tile_to_shape(WeightAtom{}, shape));
}

} // namespace peer

#endif // SCRIPTS_PEERS_CUTLASS55_FORM_H
