//===- DecodeTest.cpp - What the emulator refuses -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops without a handler, ops in a form that is not emulated, launches that do
// not fit the kernel.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

namespace humming::emulator {
namespace {

std::string diagnosticsOf(const std::string &body) {
  Harness harness;
  EXPECT_FALSE(harness.parse(Harness::wrap(body)));
  return harness.diagnostics;
}

TEST(DecodeTest, AnOpWithoutAHandlerIsNamed) {
  EXPECT_EQ(diagnosticsOf("nvvm.fence.sc.cluster"),
            "the emulator has no handler for 'nvvm.fence.sc.cluster'\n");
  EXPECT_EQ(diagnosticsOf("%x = llvm.call_intrinsic \"llvm.nvvm.clock\"() "
                          ": () -> i32"),
            "the emulator has no handler for 'llvm.nvvm.clock'\n");
}

TEST(DecodeTest, AFormThatIsNotEmulatedIsExplained) {
  EXPECT_EQ(diagnosticsOf(R"(
    %one = llvm.mlir.constant(1 : i32) : i32
    %r = nvvm.barrier #nvvm.reduction<popc> %one -> i32)"),
            "the emulator cannot run 'nvvm.barrier': barriers that reduce\n");
  EXPECT_EQ(diagnosticsOf(R"(
    %c = llvm.mlir.constant(0 : i32) : i32
    %p = llvm.inttoptr %c : i32 to !llvm.ptr<5>
    %x = llvm.load %p : !llvm.ptr<5> -> i32)"),
            "the emulator cannot run 'llvm.load': address space 5\n");
  EXPECT_EQ(diagnosticsOf("%x = llvm.mlir.undef : i128"),
            "the emulator has no registers for type 'i128'\n");
}

TEST(DecodeTest, ALaunchHasToFitTheKernel) {
  Harness harness;
  auto module = harness.parse(R"(gpu.module @kernels {
    llvm.func @kernel(%n: i32) attributes {nvvm.kernel, nvvm.reqntid = array<i32: 64>} { llvm.return }
  })");
  ASSERT_TRUE(module) << harness.diagnostics;
  const Kernel &kernel = *module->lookup("kernel");
  EXPECT_EQ(kernel.getArgumentBytes(), llvm::ArrayRef<uint32_t>({4}));
  auto messageOf = [](const LaunchResult &result) {
    return result.hazard ? result.hazard->message : "";
  };
  EXPECT_EQ(messageOf(harness.launch(kernel, int32_t(1), int32_t(2))),
            "invalid launch of kernel kernel: expected 1 arguments, got 2");
  EXPECT_EQ(messageOf(harness.launch(kernel, int32_t(1))),
            "invalid launch of kernel kernel: the kernel requires blocks of 64 "
            "threads, got 32");
  harness.config.block = {2048, 1, 1};
  EXPECT_EQ(messageOf(harness.launch(kernel, int32_t(1))),
            "invalid launch of kernel kernel: expected 1 to 1024 threads per "
            "block, got 2048");
  harness.config.block = {64, 1, 1};
  EXPECT_EQ(messageOf(harness.launch(kernel, int32_t(1))), "");
}

} // namespace
} // namespace humming::emulator
