//===- GlobalsTest.cpp - Arrays of constants ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tables that a module holds: read through each address space by computed
// positions, checked against their bounds, and never written.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include <numeric>

namespace humming::emulator {
namespace {

/// A kernel beside the globals of a table of each kind.
std::string kernel(const std::string &body) {
  return R"(gpu.module @kernels {
    llvm.mlir.global internal constant @squares(dense<[0, 1, 4, 9, 16, 25, 36, 49]> : tensor<8xi16>) {addr_space = 1 : i32} : !llvm.array<8 x i16>
    llvm.mlir.global internal constant @halves(dense<[0.5, 1.5, 2.5, -3.5]> : tensor<4xf16>) {addr_space = 4 : i32} : !llvm.array<4 x f16>
    llvm.mlir.global internal constant @text("humming!") : !llvm.array<8 x i8>
    llvm.mlir.global internal constant @ones(dense<1> : tensor<8xi32>) {addr_space = 1 : i32} : !llvm.array<8 x i32>
    llvm.mlir.global internal @variable(dense<1> : tensor<8xi32>) {addr_space = 1 : i32} : !llvm.array<8 x i32>
    llvm.func @kernel(%out: !llvm.ptr<1>) attributes {nvvm.kernel} {
    %lane = nvvm.read.ptx.sreg.laneid : i32
    %mask = llvm.mlir.constant(7 : i32) : i32
    %i = llvm.and %lane, %mask : i32
    %squares = llvm.mlir.addressof @squares : !llvm.ptr<1>
    )" + body +
         "\nllvm.return\n}\n}";
}

TEST(GlobalsTest, TablesAreReadThroughEveryAddressSpace) {
  Harness harness;
  auto module = harness.parse(kernel(R"(
    %s = llvm.getelementptr %squares[%i] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i16
    %x = llvm.load %s : !llvm.ptr<1> -> i16
    %halves = llvm.mlir.addressof @halves : !llvm.ptr<4>
    %three = llvm.mlir.constant(3 : i32) : i32
    %j = llvm.and %lane, %three : i32
    %h = llvm.getelementptr %halves[%j] : (!llvm.ptr<4>, i32) -> !llvm.ptr<4>, f16
    %y = llvm.load %h : !llvm.ptr<4> -> f16
    %yi = llvm.bitcast %y : f16 to i16
    %text = llvm.mlir.addressof @text : !llvm.ptr
    %t = llvm.getelementptr %text[%i] : (!llvm.ptr, i32) -> !llvm.ptr, i8
    %z = llvm.load %t : !llvm.ptr -> i8
    %zi = llvm.zext %z : i8 to i16
    %ones = llvm.mlir.addressof @ones : !llvm.ptr<1>
    %generic = llvm.addrspacecast %ones : !llvm.ptr<1> to !llvm.ptr
    %o = llvm.getelementptr %generic[%i] : (!llvm.ptr, i32) -> !llvm.ptr, i32
    %one = llvm.load %o : !llvm.ptr -> i32
    %onei = llvm.trunc %one : i32 to i16
    %to = llvm.getelementptr %out[%lane] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, vector<4xi16>
    %undef = llvm.mlir.poison : vector<4xi16>
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %c2 = llvm.mlir.constant(2 : i32) : i32
    %a = llvm.insertelement %x, %undef[%c0 : i32] : vector<4xi16>
    %b = llvm.insertelement %yi, %a[%c1 : i32] : vector<4xi16>
    %c = llvm.insertelement %zi, %b[%c2 : i32] : vector<4xi16>
    %d = llvm.insertelement %onei, %c[%three : i32] : vector<4xi16>
    llvm.store %d, %to : vector<4xi16>, !llvm.ptr<1>)"));
  ASSERT_TRUE(module) << harness.diagnostics;
  uint64_t out = harness.memory.allocate(256);
  LaunchResult result = harness.launch(*module->getKernels()[0], out);
  ASSERT_TRUE(result.succeeded()) << result.hazard->message;
  auto values = harness.download<uint16_t>(out, 128);
  // 0.5, 1.5, 2.5 and -3.5 in f16.
  const uint16_t halves[] = {0x3800, 0x3e00, 0x4100, 0xc300};
  for (unsigned lane = 0; lane < 32; ++lane) {
    EXPECT_EQ(values[lane * 4], (lane % 8) * (lane % 8));
    EXPECT_EQ(values[lane * 4 + 1], halves[lane % 4]);
    EXPECT_EQ(values[lane * 4 + 2], "humming!"[lane % 8]);
    EXPECT_EQ(values[lane * 4 + 3], 1);
  }
}

TEST(GlobalsTest, AReadBeyondATableIsCaught) {
  Harness harness;
  auto module = harness.parse(kernel(R"(
    %s = llvm.getelementptr %squares[%lane] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i16
    %x = llvm.load %s : !llvm.ptr<1> -> i16
    llvm.store %x, %out : i16, !llvm.ptr<1>)"));
  ASSERT_TRUE(module) << harness.diagnostics;
  LaunchResult result =
      harness.launch(*module->getKernels()[0], harness.memory.allocate(256));
  ASSERT_FALSE(result.succeeded());
  EXPECT_EQ(result.hazard->kind, HazardKind::OutOfBounds);
  EXPECT_NE(
      result.hazard->message.find("2 bytes at byte 16 of constants of 16"),
      std::string::npos)
      << result.hazard->message;
}

TEST(GlobalsTest, ATableIsNotWritten) {
  Harness harness;
  auto module = harness.parse(kernel(R"(
    %x = llvm.mlir.constant(1 : i16) : i16
    llvm.store %x, %squares : i16, !llvm.ptr<1>)"));
  ASSERT_TRUE(module) << harness.diagnostics;
  LaunchResult result =
      harness.launch(*module->getKernels()[0], harness.memory.allocate(256));
  ASSERT_FALSE(result.succeeded());
  EXPECT_EQ(result.hazard->kind, HazardKind::OutOfBounds);
}

TEST(GlobalsTest, VariablesAreRefused) {
  Harness harness;
  EXPECT_FALSE(harness.parse(
      kernel("%v = llvm.mlir.addressof @variable : !llvm.ptr<1>")));
  EXPECT_NE(harness.diagnostics.find("'variable' is neither in shared memory "
                                     "nor an array of constants"),
            std::string::npos)
      << harness.diagnostics;
}

} // namespace
} // namespace humming::emulator
