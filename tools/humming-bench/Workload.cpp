//===- Workload.cpp - Operands in device memory ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Weights, scales and zero points are packed once for each copy; activations
// and result are those of all.
//
//===----------------------------------------------------------------------===//

#include "Workload.h"

#include "Options.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Parallel.h"

#include <algorithm>
#include <atomic>
#include <cstring>

using namespace humming;
using namespace humming::bench;
using jit::BufferInfo;
using jit::BufferRole;
using jit::deviceError;

/// No result of finite operands has these bits: in f16, bf16 and f32 they are a
/// NaN.
static constexpr uint8_t kPoison = 0xff;

//===----------------------------------------------------------------------===//
// Device memory
//===----------------------------------------------------------------------===//

llvm::Expected<hrtPointer> Workload::allocate(uint64_t bytes) {
  hrtPointer address = 0;
  if (llvm::Error error = deviceError(hrtAlloc(device, bytes, &address)))
    return std::move(error);
  memory.push_back(address);
  return address;
}

llvm::Error Workload::copyIn(hrtPointer to, llvm::ArrayRef<uint8_t> bytes) {
  return deviceError(hrtCopyIn(device, to, bytes.data(), bytes.size()));
}

llvm::Error Workload::upload(jit::Gemm &gemm, int64_t maxTokens) {
  std::vector<hrtPointer> rowMajor;
  hrtPointer perm = 0;
  for (auto [index, buffer] : llvm::enumerate(problem.buffers)) {
    packedBytes += buffer.packedBytes;
    llvm::Expected<hrtPointer> address = allocate(buffer.sizeFor(maxTokens));
    if (!address)
      return address.takeError();
    rowMajor.push_back(*address);
    if (buffer.role == BufferRole::Perm)
      perm = *address;
    if (buffer.role != BufferRole::Result)
      if (llvm::Error error =
              copyIn(*address, data.operand(index, Activations::Dense)))
        return error;
  }
  copies.resize(rotationFor(packedBytes));
  for (auto [buffer, source] : llvm::zip(problem.buffers, rowMajor))
    for (std::vector<hrtPointer> &copy : copies) {
      copy.push_back(source);
      if (!buffer.packedBytes)
        continue;
      llvm::Expected<hrtPointer> packed = allocate(buffer.packedBytes);
      if (!packed)
        return packed.takeError();
      copy.back() = *packed;
      if (llvm::Error error =
              gemm.pack(buffer.role, source, *packed, /*stream=*/nullptr,
                        buffer.role == BufferRole::B ? perm : 0))
        return error;
    }
  sparseBuffers = copies.front();
  for (auto [index, buffer] : llvm::enumerate(problem.buffers)) {
    if (buffer.role != BufferRole::A)
      continue;
    llvm::Expected<hrtPointer> address = allocate(buffer.sizeFor(maxTokens));
    if (!address)
      return address.takeError();
    sparseBuffers[index] = *address;
    if (llvm::Error error =
            copyIn(*address, data.operand(index, Activations::Sparse)))
      return error;
  }
  return deviceError(hrtSynchronize(device, /*stream=*/nullptr));
}

llvm::Expected<std::unique_ptr<Workload>>
Workload::create(hrtDevice *device, const jit::GemmProblem &description,
                 jit::Gemm &gemm, int64_t maxTokens) {
  std::unique_ptr<Workload> workload(
      new Workload(device, description, gemm.getProblem(), maxTokens));
  if (llvm::Error error = workload->upload(gemm, maxTokens))
    return std::move(error);
  return workload;
}

Workload::~Workload() {
  for (hrtPointer address : memory)
    hrtFree(device, address);
}

uint64_t Workload::tokenBytes(int64_t m) const {
  uint64_t bytes = 0;
  for (const BufferInfo &buffer : problem.buffers)
    bytes += buffer.bytesPerToken * m;
  return bytes;
}

//===----------------------------------------------------------------------===//
// Checking
//===----------------------------------------------------------------------===//

llvm::Expected<std::vector<Sample>> Workload::samples(int64_t m) const {
  std::vector<Sample> samples;
  for (Activations activations : {Activations::Sparse, Activations::Dense}) {
    auto sample = data.sample(m, activations);
    if (!sample)
      return sample.takeError();
    samples.push_back(std::move(*sample));
  }
  return samples;
}

llvm::Error Workload::poison(int64_t m) {
  return deviceError(hrtFill(device, copies.front().back(), kPoison,
                             problem.buffers.back().sizeFor(m)));
}

/// The first of `count` elements, in the order of memory, that is still poison;
/// `count` where there is none.
template <typename Bits>
static size_t findPoison(const uint8_t *bytes, size_t count) {
  constexpr size_t kElementsAtOnce = 1 << 20;
  Bits poison;
  std::memset(&poison, kPoison, sizeof poison);
  auto *elements = reinterpret_cast<const Bits *>(bytes);
  std::atomic<size_t> first = count;
  llvm::parallelFor(0, llvm::divideCeil(count, kElementsAtOnce), [&](size_t i) {
    size_t begin = i * kElementsAtOnce;
    size_t end = std::min(count, begin + kElementsAtOnce);
    size_t found =
        std::find(elements + begin, elements + end, poison) - elements;
    size_t least = first;
    while (found < end && found < least &&
           !first.compare_exchange_weak(least, found))
      ;
  });
  return first;
}

llvm::Expected<llvm::ArrayRef<uint8_t>> Workload::result(int64_t m) {
  size_t bytes = problem.buffers.back().sizeFor(m);
  if (lastResult.size() < bytes)
    lastResult.resize(bytes);
  if (llvm::Error error = deviceError(
          hrtCopyOut(device, lastResult.data(), copies.front().back(), bytes)))
    return std::move(error);
  size_t width = bitWidth(output) / 8;
  size_t count = bytes / width;
  size_t first = width == 2 ? findPoison<uint16_t>(lastResult.data(), count)
                            : findPoison<uint32_t>(lastResult.data(), count);
  if (first < count)
    return fail("element " + llvm::Twine(first) + " was not written");
  return llvm::ArrayRef(lastResult).take_front(bytes);
}
