//===- Jit.cpp - Kernels on a device in C ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Jit and Gemm as handles, and the emulator as a device.
//
//===----------------------------------------------------------------------===//

#include "Internal.h"

#include "humming/Emulator/Device.h"

using namespace humming;
using namespace humming::capi;
using namespace humming::jit;

hummingStatus hummingOpenEmulator(hrtDevice **device) {
  HUMMING_EXPECT(device != nullptr);
  *device = emulator::openDevice();
  return HUMMING_OK;
}

hummingStatus hummingJitCreate(hrtDevice *device, hummingString arch,
                               hummingJit *jit) {
  HUMMING_EXPECT(device != nullptr);
  HUMMING_EXPECT(jit != nullptr);
  llvm::Expected<std::unique_ptr<Jit>> made = Jit::create(device, toRef(arch));
  if (!made)
    return report(made.takeError());
  *jit = new hummingJitImpl{std::move(*made)};
  return HUMMING_OK;
}

void hummingJitDestroy(hummingJit jit) { delete jit; }

hummingStatus hummingJitArch(hummingJit jit, hummingString *arch) {
  HUMMING_EXPECT(jit != nullptr);
  HUMMING_EXPECT(arch != nullptr);
  llvm::StringRef name = jit->jit->getArch();
  *arch = {name.data(), name.size()};
  return HUMMING_OK;
}

hummingStatus hummingJitUseTable(hummingJit jit, hummingString path) {
  HUMMING_EXPECT(jit != nullptr);
  return report(jit->jit->useTable(toRef(path)));
}

hummingStatus hummingJitSeal(hummingJit jit) {
  HUMMING_EXPECT(jit != nullptr);
  jit->jit->seal();
  return HUMMING_OK;
}

hummingStatus hummingJitCompiledCount(hummingJit jit, size_t *count) {
  HUMMING_EXPECT(jit != nullptr);
  HUMMING_EXPECT(count != nullptr);
  *count = jit->jit->getNumCompiled();
  return HUMMING_OK;
}

hummingStatus hummingGemmCreate(hummingJit jit, hummingProblem problem,
                                hummingGemm *gemm) {
  HUMMING_EXPECT(jit != nullptr);
  HUMMING_EXPECT(problem != nullptr);
  HUMMING_EXPECT(gemm != nullptr);
  llvm::Expected<std::unique_ptr<Gemm>> added = jit->jit->add(problem->problem);
  if (!added)
    return report(added.takeError());
  *gemm = new hummingGemmImpl{std::move(*added)};
  return HUMMING_OK;
}

void hummingGemmDestroy(hummingGemm gemm) { delete gemm; }

hummingStatus hummingGemmPrepare(hummingGemm gemm, int64_t maxTokens) {
  HUMMING_EXPECT(gemm != nullptr);
  HUMMING_EXPECT(maxTokens >= 0);
  return report(gemm->gemm->prepare(maxTokens));
}

hummingStatus hummingGemmPack(hummingGemm gemm, hummingRole role,
                              hrtPointer source, hrtPointer perm,
                              hrtPointer destination, hrtStream stream) {
  HUMMING_EXPECT(gemm != nullptr);
  HUMMING_EXPECT(role == HUMMING_ROLE_B || role == HUMMING_ROLE_SCALE ||
                 role == HUMMING_ROLE_ZERO);
  HUMMING_EXPECT(source != 0);
  HUMMING_EXPECT(destination != 0);
  return report(gemm->gemm->pack(static_cast<BufferRole>(role), source,
                                 destination, stream, perm));
}

hummingStatus hummingGemmLaunch(hummingGemm gemm, int64_t m,
                                const hrtPointer *buffers, size_t numBuffers,
                                hrtStream stream, hummingLaunchOrder order) {
  HUMMING_EXPECT(gemm != nullptr);
  HUMMING_EXPECT(buffers != nullptr);
  HUMMING_EXPECT(order == HUMMING_LAUNCH_SERIAL ||
                 order == HUMMING_LAUNCH_DEPENDENT);
  return report(gemm->gemm->launch(m, {buffers, numBuffers}, stream,
                                   static_cast<LaunchOrder>(order)));
}
