//===- Gemm.cpp - Preparing and launching one gemm ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Picks the kernel for a number of tokens, builds its arguments on the stack,
// and keeps the workspace of shared tiles.
//
//===----------------------------------------------------------------------===//

#include "Session.h"

#include "llvm/ADT/STLExtras.h"

#include <limits>

using namespace humming;
using namespace humming::jit;

Gemm::Gemm(Session &session, Problem problem, std::vector<PlanEntry> entries)
    : session(session), problem(std::move(problem)),
      entries(std::move(entries)), loaded(this->entries.size()) {}

Gemm::~Gemm() {
  hrtFree(session.device, partials);
  hrtFree(session.device, counters);
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

/// The Gemm entry that serves `m` tokens: the first that is large enough.
static size_t entryFor(llvm::ArrayRef<PlanEntry> entries, int64_t m) {
  for (auto [index, entry] : llvm::enumerate(entries))
    if (entry.kernels == KernelSet::Gemm &&
        (entry.tokens == 0 || m <= entry.tokens))
      return index;
  llvm_unreachable("m was checked against a static problem");
}

static llvm::Error checkTokens(const Problem &problem, int64_t m) {
  if (problem.m && m != *problem.m)
    return invalidArgument("@" + problem.name + " is for " +
                           llvm::Twine(*problem.m) + " tokens, got " +
                           llvm::Twine(m));
  if (m < 1 || m > std::numeric_limits<int32_t>::max())
    return invalidArgument("expected a number of tokens from 1 to 2147483647, "
                           "got " +
                           llvm::Twine(m));
  return llvm::Error::success();
}

llvm::Expected<const LoadedKernels *> Gemm::load(size_t entry) {
  if (const LoadedKernels *kernels =
          loaded[entry].load(std::memory_order_acquire))
    return kernels;
  llvm::Expected<std::vector<const LoadedKernels *>> found =
      session.lookup({entries[entry].symbol});
  if (!found)
    return found.takeError();
  loaded[entry].store(found->front(), std::memory_order_release);
  return found->front();
}

llvm::Expected<const LoadedKernels *> Gemm::kernelFor(int64_t m) {
  if (llvm::Error error = checkTokens(problem, m))
    return std::move(error);
  return load(entryFor(entries, m));
}

llvm::Expected<const LoadedKernels *> Gemm::packKernels() {
  return load(entries.size() - 1);
}

llvm::Error Gemm::prepare(int64_t maxTokens) {
  if (maxTokens)
    if (llvm::Error error = checkTokens(problem, maxTokens))
      return error;
  // All buckets up to the one that serves maxTokens, and the packing.
  size_t last = maxTokens ? entryFor(entries, maxTokens) : entries.size() - 2;
  std::vector<size_t> wanted;
  wanted.reserve(last + 2);
  for (size_t entry = 0; entry <= last; ++entry)
    wanted.push_back(entry);
  wanted.push_back(entries.size() - 1);
  std::vector<llvm::StringRef> symbols;
  for (size_t entry : wanted)
    symbols.emplace_back(entries[entry].symbol);
  llvm::Expected<std::vector<const LoadedKernels *>> found =
      session.lookup(symbols);
  if (!found)
    return found.takeError();

  for (auto [entry, kernels] : llvm::zip_equal(wanted, *found)) {
    loaded[entry].store(kernels, std::memory_order_release);
    if (entries[entry].kernels != KernelSet::Gemm)
      continue;
    int64_t tokens = entries[entry].tokens ? entries[entry].tokens : maxTokens;
    if (!tokens)
      continue;
    const CompiledKernel *kernel = kernels->compiled.lookup(problem.name);
    if (llvm::Error error = reserve(kernel->launch, tokens))
      return error;
  }
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Launching
//===----------------------------------------------------------------------===//

/// Makes `buffer` hold `bytes` bytes, all zero when `clear`.
static llvm::Error grow(Session &session, hrtPointer &buffer, uint64_t &size,
                        uint64_t bytes, bool clear) {
  if (bytes <= size)
    return llvm::Error::success();
  if (session.sealed)
    return llvm::make_error<JitError>(
        ErrorKind::Sealed, "the launch needs " + std::to_string(bytes) +
                               " bytes of workspace, " + std::to_string(size) +
                               " are there, and the JIT is sealed: prepare "
                               "for as many tokens before");
  hrtPointer larger = 0;
  if (llvm::Error error = deviceError(hrtAlloc(session.device, bytes, &larger)))
    return error;
  if (clear)
    if (llvm::Error error =
            deviceError(hrtFill(session.device, larger, 0, bytes)))
      return error;
  hrtPointer old = std::exchange(buffer, larger);
  size = bytes;
  return deviceError(hrtFree(session.device, old));
}

llvm::Error Gemm::reserve(const KernelLaunch &launch, int64_t m) {
  std::lock_guard<std::mutex> lock(workspaceMutex);
  if (llvm::Error error =
          grow(session, partials, partialBytes, launch.partialBytesFor(m),
               /*clear=*/false))
    return error;
  return grow(session, counters, counterBytes, launch.counterBytesFor(m),
              /*clear=*/true);
}

llvm::Error Gemm::launch(int64_t m, llvm::ArrayRef<hrtPointer> buffers,
                         hrtStream stream, LaunchOrder order) {
  if (buffers.size() != problem.buffers.size())
    return invalidArgument("expected " + llvm::Twine(problem.buffers.size()) +
                           " buffers, got " + llvm::Twine(buffers.size()));
  for (auto [index, buffer] : llvm::enumerate(buffers))
    if (buffer == 0 || buffer % 16)
      return invalidArgument("expected buffer " + llvm::Twine(index) +
                             " aligned to 16 bytes, got address " +
                             llvm::Twine(buffer));
  llvm::Expected<const LoadedKernels *> kernels = kernelFor(m);
  if (!kernels)
    return kernels.takeError();
  const CompiledKernel *kernel = (*kernels)->compiled.lookup(problem.name);
  const KernelLaunch &launch = kernel->launch;
  // Where blocks share tiles, kernels count these in as many bits.
  uint64_t most = std::max(launch.gridFor(m), launch.tilesFor(m));
  if (most > std::numeric_limits<int32_t>::max())
    return invalidArgument("a grid of " + llvm::Twine(most) +
                           " blocks is more than a device takes");
  if (llvm::Error error = reserve(launch, m))
    return error;

  hrtArgument arguments[HRT_MAX_ARGUMENTS];
  uint32_t count = 0;
  for (const hrtPointer &buffer : buffers)
    arguments[count++] = {&buffer, sizeof buffer};
  if (launch.sharesTiles()) {
    arguments[count++] = {&partials, sizeof partials};
    arguments[count++] = {&counters, sizeof counters};
  }
  hrtTensorMap maps[HRT_MAX_ARGUMENTS];
  hrtTensorMap *next = maps;
  for (const KernelTensor &tensor : launch.tensors) {
    hrtTensorMap &map = *next++;
    hrtTensor rows = tensor.tensorFor(buffers[tensor.buffer], m);
    if (llvm::Error error =
            deviceError(hrtEncodeTensorMap(session.device, &rows, &map)))
      return error;
    arguments[count++] = {&map, sizeof map};
  }
  int32_t tokens = m;
  arguments[count++] = {&tokens, sizeof tokens};
  hrtLaunchConfig config = {{uint32_t(launch.gridFor(m)), 1, 1},
                            {launch.threads, 1, 1},
                            launch.shared,
                            stream,
                            order == LaunchOrder::Dependent &&
                                session.overlaps};
  size_t index = kernel - (*kernels)->compiled.kernels.data();
  return deviceError(hrtLaunch(session.device, (*kernels)->kernels[index],
                               &config, arguments, count));
}

static llvm::StringRef packSuffix(BufferRole role) {
  switch (role) {
  case BufferRole::B:
    return "_pack_b";
  case BufferRole::Scale:
    return "_pack_scale";
  case BufferRole::Zero:
    return "_pack_zero";
  default:
    return "";
  }
}

static bool isPermuted(const Problem &problem, BufferRole role) {
  return role == BufferRole::B &&
         llvm::any_of(problem.buffers, [](const BufferInfo &buffer) {
           return buffer.role == BufferRole::Perm;
         });
}

llvm::Error Gemm::pack(BufferRole role, hrtPointer source,
                       hrtPointer destination, hrtStream stream,
                       hrtPointer perm) {
  llvm::StringRef suffix = packSuffix(role);
  if (suffix.empty())
    return invalidArgument("only weights, scales and zero points are packed");
  bool permuted = isPermuted(problem, role);
  if (permuted && !perm)
    return invalidArgument("expected the permutation beside the weights of @" +
                           problem.name + ", got none");
  if (perm && !permuted)
    return invalidArgument("expected no permutation: only the weights of a "
                           "problem with one are packed by it");
  llvm::Expected<const LoadedKernels *> kernels = packKernels();
  if (!kernels)
    return kernels.takeError();
  const CompiledKernel *kernel =
      (*kernels)->compiled.lookup((problem.name + suffix).str());
  if (!kernel)
    return invalidArgument("@" + problem.name + " has no such operand");
  const KernelLaunch &launch = kernel->launch;
  hrtArgument arguments[3];
  uint32_t count = 0;
  arguments[count++] = {&source, sizeof source};
  if (permuted)
    arguments[count++] = {&perm, sizeof perm};
  arguments[count++] = {&destination, sizeof destination};
  hrtLaunchConfig config = {{uint32_t(launch.gridFor(1)), 1, 1},
                            {launch.threads, 1, 1},
                            launch.shared,
                            stream,
                            /*dependent=*/false};
  size_t index = kernel - (*kernels)->compiled.kernels.data();
  return deviceError(hrtLaunch(session.device, (*kernels)->kernels[index],
                               &config, arguments, count));
}
