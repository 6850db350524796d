//===- FirstResult.cpp - From the program's start to a result -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operands are zero: they take as long as others. What a checkpoint takes to
// come from a disk is not in it.
//
//===----------------------------------------------------------------------===//

#include "FirstResult.h"

#include "Measure.h"
#include "Report.h"
#include "humming/Emulator/Device.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>
#include <ctime>
#include <unistd.h>

using namespace humming;
using namespace humming::bench;
using jit::BufferRole;
using jit::deviceError;

/// Seconds from boot to the start of this process, to one tick (10 ms): field
/// 22 of /proc/self/stat (proc(5)), the 20th behind the name in parentheses.
static llvm::Expected<double> startOfProcess() {
  auto file = llvm::MemoryBuffer::getFileAsStream("/proc/self/stat");
  if (!file)
    return fail("/proc/self/stat: " + file.getError().message());
  llvm::SmallVector<llvm::StringRef> words;
  (*file)->getBuffer().rsplit(')').second.split(words, ' ', /*MaxSplit=*/-1,
                                                /*KeepEmpty=*/false);
  uint64_t ticks;
  if (words.size() < 20 || words[19].getAsInteger(10, ticks))
    return fail("/proc/self/stat: expected the start of the process");
  return double(ticks) / sysconf(_SC_CLK_TCK);
}

static double secondsSinceBoot() {
  timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

namespace {
/// What was done, and when, in milliseconds since the process began.
struct Step {
  const char *name;
  double milliseconds;
};

/// A device and what lies on it, given back in order.
struct Place {
  hrtDevice *device = nullptr;
  std::vector<hrtPointer> memory;

  ~Place() {
    for (hrtPointer address : memory)
      hrtFree(device, address);
    hrtClose(device);
  }
  /// Memory of `bytes` bytes, each of them `value`.
  llvm::Expected<hrtPointer> fill(uint64_t bytes, uint8_t value) {
    hrtPointer address = 0;
    if (llvm::Error error = deviceError(hrtAlloc(device, bytes, &address)))
      return std::move(error);
    memory.push_back(address);
    if (llvm::Error error = deviceError(hrtFill(device, address, value, bytes)))
      return std::move(error);
    return address;
  }
};
} // namespace

/// Multiplies `m` tokens of zeros, and reads what is zero then and was not.
static llvm::Error multiply(Place &place, jit::Gemm &gemm, int64_t m,
                            llvm::function_ref<void(const char *)> done) {
  std::vector<hrtPointer> sources, operands;
  for (const jit::BufferInfo &buffer : gemm.getProblem().buffers) {
    bool isResult = buffer.role == BufferRole::Result;
    auto source = place.fill(buffer.sizeFor(m), isResult ? 0xff : 0);
    if (!source)
      return source.takeError();
    sources.push_back(*source);
  }
  for (auto [buffer, source] : llvm::zip(gemm.getProblem().buffers, sources)) {
    operands.push_back(source);
    if (!buffer.packedBytes)
      continue;
    auto packed = place.fill(buffer.packedBytes, 0xff);
    if (!packed)
      return packed.takeError();
    operands.back() = *packed;
    hrtPointer perm = 0;
    for (auto [other, address] : llvm::zip(gemm.getProblem().buffers, sources))
      if (other.role == BufferRole::Perm && buffer.role == BufferRole::B)
        perm = address;
    if (llvm::Error error = gemm.pack(buffer.role, source, *packed,
                                      /*stream=*/nullptr, perm))
      return error;
  }
  if (llvm::Error error = deviceError(hrtSynchronize(place.device, nullptr)))
    return error;
  done("packed");
  if (llvm::Error error = gemm.launch(m, operands))
    return error;
  std::vector<uint8_t> bytes(gemm.getProblem().buffers.back().sizeFor(m));
  if (llvm::Error error = deviceError(hrtSynchronize(place.device, nullptr)))
    return error;
  if (llvm::Error error = deviceError(hrtCopyOut(
          place.device, bytes.data(), operands.back(), bytes.size())))
    return error;
  if (llvm::any_of(bytes, [](uint8_t byte) { return byte != 0; }))
    return fail("the product of zeros is not zero");
  done("first result");
  return llvm::Error::success();
}

static llvm::Error writeSteps(llvm::StringRef path, llvm::StringRef device,
                              llvm::StringRef arch, size_t kernels,
                              llvm::ArrayRef<Step> steps) {
  return writeJson(path, [&](llvm::json::OStream &json) {
    json.attribute("device", device);
    json.attribute("arch", arch);
    json.attribute("kernels", int64_t(kernels));
    json.attributeObject("milliseconds", [&] {
      for (const Step &step : steps)
        json.attribute(step.name, step.milliseconds);
    });
  });
}

llvm::Error bench::reportFirstResult(const Options &options) {
  bool isEmulated = options.firstResult == "emulator";
  if (!isEmulated && !options.firstResult.empty())
    return fail("expected --first-result or --first-result=emulator, got '" +
                options.firstResult + "'");
  auto weights = options.weights();
  if (!weights)
    return weights.takeError();
  const Weight &weight = weights->front();
  auto start = startOfProcess();
  if (!start)
    return start.takeError();
  std::vector<Step> steps;
  auto done = [&](const char *name) {
    steps.push_back({name, (secondsSinceBoot() - *start) * 1e3});
    llvm::outs() << llvm::formatv("{0,-14}{1,8:f0} ms\n", name,
                                  steps.back().milliseconds);
  };
  done("program");

  // What the driver has kept of another run is no cold start.
  setenv("CUDA_CACHE_DISABLE", "1", /*overwrite=*/1);
  Place place;
  if (isEmulated)
    place.device = emulator::openDevice();
  else if (llvm::Error error = deviceError(hrtOpenCuda(0, &place.device)))
    return error;
  hrtDeviceInfo info;
  if (llvm::Error error = deviceError(hrtGetInfo(place.device, &info)))
    return error;
  done("device");
  auto jit = jit::Jit::create(place.device, options.arch,
                              makeAssembler(options, info));
  if (!jit)
    return jit.takeError();
  auto problem = jit::Problem::get(weight.gemm);
  if (!problem)
    return problem.takeError();
  auto gemm = (*jit)->add(std::move(*problem));
  if (!gemm)
    return gemm.takeError();
  if (llvm::Error error = (*gemm)->prepare())
    return error;
  done("prepared");
  if (llvm::Error error = multiply(place, **gemm, weight.tokens.front(), done))
    return error;
  size_t kernels = (*jit)->getNumCompiled();
  llvm::outs() << llvm::formatv("{0} for {1}: kernels for every number of "
                                "tokens in {2} compilations\n",
                                info.name, (*jit)->getArch(), kernels);
  if (options.json.empty())
    return llvm::Error::success();
  return writeSteps(options.json, info.name, (*jit)->getArch(), kernels, steps);
}
