//===- ReadCeiling.cpp - How fast a device reads memory -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A kernel written as PTX: 16-byte loads, several in flight in each thread,
// whose exclusive-or is stored only if it has one value, so that no load is
// dead and nothing is written.
//
//===----------------------------------------------------------------------===//

#include "ReadCeiling.h"

#include "Options.h"
#include "humming/Numerics/Random.h"
#include "llvm/Support/FormatVariadic.h"

using namespace humming;
using namespace humming::bench;
using jit::deviceError;

namespace {
/// Loads in flight in a thread, and the threads that loop over the memory.
struct Loop {
  int loads;
  uint32_t threads;
  uint32_t blocksPerMultiprocessor; ///< 0: as many as go once through it
};
} // namespace

/// Which one is fastest depends on the number of bytes and on the device.
static constexpr Loop kLoops[] = {{4, 1024, 2}, {4, 512, 4}, {8, 512, 4},
                                  {8, 512, 2},  {4, 256, 0}, {2, 512, 0}};

/// Thread i of t reads the vectors i, i + t, i + 2 t, ...
static std::string makePtx() {
  std::string ptx = ".version 7.4\n.target sm_70\n.address_size 64\n";
  for (auto [number, loop] : llvm::enumerate(kLoops)) {
    std::string loads, folds;
    for (int i = 0; i < loop.loads; ++i) {
      loads += llvm::formatv(
          "  ld.global.nc.L1::no_allocate.v4.u32 {{%v{0}, %v{1}, %v{2}, "
          "%v{3}}, [%from];\n  add.u64 %from, %from, %step;\n",
          4 * i, 4 * i + 1, 4 * i + 2, 4 * i + 3);
      for (int word = 0; word < 4; ++word)
        folds += llvm::formatv("  xor.b32 %sum, %sum, %v{0};\n", 4 * i + word);
    }
    ptx += llvm::formatv(R"(
.visible .entry read{0}(.param .u64 source, .param .u64 sink, .param .u32 vectors)
{{
  .reg .pred %p;
  .reg .b32 %v<{1}>, %sum, %i, %next, %threads, %count, %x, %y;
  .reg .b64 %from, %step, %to;
  mov.u32 %x, %ctaid.x;
  mov.u32 %y, %ntid.x;
  mov.u32 %i, %tid.x;
  mad.lo.u32 %i, %x, %y, %i;
  mov.u32 %x, %nctaid.x;
  mul.lo.u32 %threads, %x, %y;
  mul.wide.u32 %step, %threads, 16;
  mul.lo.u32 %next, %threads, {2};
  ld.param.u64 %from, [source];
  ld.param.u32 %count, [vectors];
  mul.wide.u32 %to, %i, 16;
  add.u64 %from, %from, %to;
  mov.u32 %sum, 0;
  // The last vector of a whole turn.
  mad.lo.u32 %x, %threads, {3}, %i;
turns:
  setp.ge.u32 %p, %x, %count;
  @%p bra rest;
{4}{5}  add.u32 %x, %x, %next;
  add.u32 %i, %i, %next;
  bra turns;
rest:
  setp.ge.u32 %p, %i, %count;
  @%p bra done;
  ld.global.nc.L1::no_allocate.v4.u32 {{%v0, %v1, %v2, %v3}, [%from];
  xor.b32 %sum, %sum, %v0;
  add.u64 %from, %from, %step;
  add.u32 %i, %i, %threads;
  bra rest;
done:
  setp.ne.u32 %p, %sum, 0x9e3779b9;
  @%p bra end;
  ld.param.u64 %to, [sink];
  st.global.u32 [%to], %sum;
end:
  ret;
}
)",
                         number, 4 * loop.loads, loop.loads, loop.loads - 1,
                         loads, folds);
  }
  return ptx;
}

ReadCeiling::~ReadCeiling() {
  hrtFree(device, memory);
  hrtFree(device, sink);
  hrtUnloadModule(device, module);
}

llvm::Error ReadCeiling::load() {
  hrtDeviceInfo info;
  if (llvm::Error error = deviceError(hrtGetInfo(device, &info)))
    return error;
  multiprocessors = info.multiprocessors;
  std::string ptx = makePtx();
  if (llvm::Error error = deviceError(hrtLoadModule(
          device, HRT_IMAGE_PTX, ptx.data(), ptx.size(), &module)))
    return error;
  for (size_t i = 0; i < std::size(kLoops); ++i)
    if (llvm::Error error = deviceError(
            hrtGetKernel(device, module, ("read" + std::to_string(i)).c_str(),
                         /*sharedBytes=*/0, &kernels.emplace_back())))
      return error;
  return deviceError(hrtAlloc(device, sizeof(uint32_t), &sink));
}

/// At least `bytes` bytes of random data.
llvm::Error ReadCeiling::reserve(uint64_t bytes) {
  if (bytes <= memoryBytes)
    return llvm::Error::success();
  hrtFree(device, std::exchange(memory, 0));
  memoryBytes = 0;
  if (llvm::Error error = deviceError(hrtAlloc(device, bytes, &memory)))
    return error;
  memoryBytes = bytes;
  std::vector<uint64_t> chunk(1 << 20);
  Random random(/*seed=*/0, /*stream=*/0);
  for (size_t i = 0; i < chunk.size(); ++i)
    chunk[i] = random.bits(i);
  for (uint64_t at = 0; at < bytes; at += chunk.size() * 8)
    if (llvm::Error error = deviceError(
            hrtCopyIn(device, memory + at, chunk.data(),
                      std::min<uint64_t>(bytes - at, chunk.size() * 8))))
      return error;
  return llvm::Error::success();
}

llvm::Expected<double> ReadCeiling::microseconds(uint64_t bytes) {
  uint32_t vectors = bytes / 16;
  auto found = known.find(vectors);
  if (found != known.end())
    return found->second;
  if (!module)
    if (llvm::Error error = load())
      return std::move(error);
  uint64_t stride = vectors * 16ull;
  int64_t rotation = rotationFor(stride);
  if (llvm::Error error = reserve(rotation * stride))
    return std::move(error);

  double best = 0;
  for (auto [loop, kernel] : llvm::zip(kLoops, kernels)) {
    uint64_t once = uint64_t(loop.threads) * loop.loads;
    uint32_t blocks = loop.blocksPerMultiprocessor
                          ? loop.blocksPerMultiprocessor * multiprocessors
                          : (vectors + once - 1) / once;
    auto call = [&, &loop = loop, &kernel = kernel](
                    int64_t number, hrtStream stream) -> llvm::Error {
      hrtPointer source = memory + number % rotation * stride;
      hrtArgument arguments[] = {{&source, sizeof source},
                                 {&sink, sizeof sink},
                                 {&vectors, sizeof vectors}};
      hrtLaunchConfig config = {{blocks, 1, 1},
                                {loop.threads, 1, 1},
                                /*sharedBytes=*/0,
                                stream,
                                /*dependent=*/0};
      return deviceError(hrtLaunch(device, kernel, &config, arguments, 3));
    };
    llvm::Expected<Timing> timing = timer.time(call, rotation, kFullTiming);
    if (!timing)
      return timing.takeError();
    if (best == 0 || timing->median < best)
      best = timing->median;
  }
  return known[vectors] = best;
}
