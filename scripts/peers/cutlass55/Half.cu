//===- Half.cu - Example 55 with f16 activations --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The types of CUTLASS's examples/55_hopper_mixed_dtype_gemm with int4 weights
// in the shuffled layout and a scale for each group: the weights are the left
// operand, so that the result is stored by TMA. Tiles, clusters and schedulers
// are those that were the fastest somewhere.
//
//===----------------------------------------------------------------------===//

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

using namespace cute;
using namespace peer;
namespace gemm = cutlass::gemm;
namespace epilogue = cutlass::epilogue;

namespace {
using Activation = cutlass::half_t;
using Weight = cutlass::int4b_t;
using Scale = cutlass::half_t;
using Result = cutlass::half_t;
using WeightStride =
    cutlass::detail::TagToStrideB_t<cutlass::layout::ColumnMajor>;

// The values of a thread lie side by side, in the order 0 2 4 6 1 3 5 7.
using ValueShuffle = Layout<Shape<_2, _4>, Stride<_4, _1>>;
using WeightAtom = decltype(cutlass::compute_memory_reordering_atom<
                            Activation, Layout<Shape<_1, _1>>, ValueShuffle>());
using WeightLayout = decltype(tile_to_shape(
    WeightAtom{}, Layout<Shape<int, int, int>, WeightStride>{}));

template <typename T>
constexpr int kAlignment = 128 / cutlass::sizeof_bits<T>::value;

template <typename Tile, typename Cluster, typename Scheduler> struct Form {
  using ResultLayout = cutlass::layout::ColumnMajor;
  using Epilogue = typename epilogue::collective::CollectiveBuilder<
      cutlass::arch::Sm90, cutlass::arch::OpClassTensorOp, Tile, Cluster,
      epilogue::collective::EpilogueTileAuto, float, float, void, ResultLayout,
      kAlignment<Result>, Result, ResultLayout, kAlignment<Result>,
      epilogue::TmaWarpSpecializedCooperative>::CollectiveOp;
  using Mainloop = typename gemm::collective::CollectiveBuilder<
      cutlass::arch::Sm90, cutlass::arch::OpClassTensorOp,
      cute::tuple<Weight, Scale>, WeightLayout, kAlignment<Weight>, Activation,
      cutlass::layout::ColumnMajor, kAlignment<Activation>, float, Tile,
      Cluster,
      gemm::collective::StageCountAutoCarveout<static_cast<int>(
          sizeof(typename Epilogue::SharedStorage))>,
      gemm::KernelTmaWarpSpecializedCooperative>::CollectiveOp;
  using Gemm = gemm::device::GemmUniversalAdapter<gemm::kernel::GemmUniversal<
      Shape<int, int, int, int>, Mainloop, Epilogue, Scheduler>>;
};
} // namespace

static auto weightShape(const Operands &operands) {
  return make_shape(int(operands.n), int(operands.k), 1);
}

static void check(cutlass::Status status, const char *what) {
  if (status != cutlass::Status::kSuccess)
    fail(std::string(what) + ": " + cutlassGetStatusString(status));
}

template <typename Form>
static Call prepare(const Operands &operands, int64_t tokens, int swizzle) {
  using Gemm = typename Form::Gemm;
  using ScaleStride = typename Form::Mainloop::StrideScale;
  int n = operands.n, k = operands.k, m = tokens;
  auto gemms = std::make_shared<std::vector<Gemm>>(operands.packedCodes.size());
  void *workspace = nullptr;
  for (size_t i = 0; i < gemms->size(); ++i) {
    typename Gemm::Arguments arguments{
        gemm::GemmUniversalMode::kGemm,
        {n, m, k, 1},
        {static_cast<Weight *>(operands.packedCodes[i]),
         tile_to_shape(WeightAtom{}, weightShape(operands)),
         static_cast<Activation *>(operands.activations),
         cutlass::make_cute_packed_stride(typename Gemm::GemmKernel::StrideB{},
                                          make_shape(m, k, 1)),
         static_cast<Scale *>(operands.packedScales[i]),
         cutlass::make_cute_packed_stride(ScaleStride{},
                                          make_shape(n, int(k / kGroup), 1)),
         int(kGroup)},
        {{1.0f, 0.0f},
         nullptr,
         {},
         static_cast<Result *>(operands.result),
         cutlass::make_cute_packed_stride(typename Gemm::GemmKernel::StrideD{},
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

std::vector<Kernel> peer::halfKernels() {
  using Persistent = gemm::PersistentScheduler;
  using StreamK = gemm::StreamKScheduler;
  return {
      {"128x256x64", 2, "persistent",
       prepare<Form<Shape<_128, _256, _64>, Shape<_2, _1, _1>, Persistent>>},
      {"256x128x64", 2, "persistent",
       prepare<Form<Shape<_256, _128, _64>, Shape<_2, _1, _1>, Persistent>>},
      {"128x128x64", 2, "persistent",
       prepare<Form<Shape<_128, _128, _64>, Shape<_2, _1, _1>, Persistent>>},
      {"128x128x64", 1, "stream-k",
       prepare<Form<Shape<_128, _128, _64>, Shape<_1, _1, _1>, StreamK>>},
  };
}

void peer::packForHalf(Operands &operands) {
  auto shape = weightShape(operands);
  auto rows = make_layout(
      shape, cutlass::make_cute_packed_stride(WeightStride{}, shape));
  for (void *copy : operands.packedCodes)
    cutlass::reorder_tensor(reinterpret_cast<const Weight *>(operands.codes),
                            rows, static_cast<Weight *>(copy),
                            tile_to_shape(WeightAtom{}, shape));
  for (void *copy : operands.packedScales)
    peer::check(cudaMemcpy(copy, operands.scales,
                           operands.n * (operands.k / kGroup) * sizeof(Scale),
                           cudaMemcpyDeviceToDevice),
                "copying scales");
}
