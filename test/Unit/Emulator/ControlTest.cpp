//===- ControlTest.cpp - Divergence and reconvergence ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loops with a trip count per lane, nested branches, switches, early returns,
// block arguments that change places. A shuffle of all lanes behind the join
// proves that the warp has reconverged there.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

namespace humming::emulator {
namespace {

const char *const kPrologue = R"(
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %c3 = llvm.mlir.constant(3 : i32) : i32
    %c7 = llvm.mlir.constant(7 : i32) : i32
    %all = llvm.mlir.constant(-1 : i32) : i32
    %clamp = llvm.mlir.constant(31 : i32) : i32
)";
/// Shuffles %x among all lanes, so that it fails unless all are there.
const char *const kEpilogue = R"(
    %same = nvvm.shfl.sync bfly %all, %x, %c0, %clamp : i32 -> i32
    %to = llvm.getelementptr %out[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    llvm.store %same, %to : i32, !llvm.ptr<1>
)";

std::vector<int32_t> run(const std::string &body) {
  Harness harness;
  return harness.run<int32_t>(kPrologue + body + kEpilogue,
                              std::vector<int32_t>(1), 32);
}

TEST(ControlTest, LoopsRunAsOftenAsEachLaneSays) {
  auto results = run(R"(
    llvm.br ^head(%c0, %c0 : i32, i32)
  ^head(%i: i32, %sum: i32):
    %more = llvm.icmp "slt" %i, %tid : i32
    llvm.cond_br %more, ^body, ^join(%sum : i32)
  ^body:
    %next = llvm.add %i, %c1 : i32
    %new = llvm.add %sum, %next : i32
    llvm.br ^head(%next, %new : i32, i32)
  ^join(%x: i32):
  )");
  for (int lane = 0; lane < 32; ++lane)
    EXPECT_EQ(results[lane], lane * (lane + 1) / 2);
}

TEST(ControlTest, NestedBranchesJoin) {
  auto results = run(R"(
    %bit0 = llvm.and %tid, %c1 : i32
    %odd = llvm.icmp "eq" %bit0, %c1 : i32
    %low = llvm.icmp "slt" %tid, %c7 : i32
    llvm.cond_br %odd, ^odd, ^even
  ^odd:
    llvm.cond_br %low, ^oddlow, ^join(%c1 : i32)
  ^oddlow:
    %a = llvm.add %tid, %c7 : i32
    llvm.br ^join(%a : i32)
  ^even:
    llvm.cond_br %low, ^evenlow, ^evenjoin(%c0 : i32)
  ^evenlow:
    llvm.br ^evenjoin(%c3 : i32)
  ^evenjoin(%b: i32):
    %c = llvm.mul %b, %tid : i32
    llvm.br ^join(%c : i32)
  ^join(%x: i32):
  )");
  for (int lane = 0; lane < 32; ++lane)
    EXPECT_EQ(results[lane],
              lane % 2 ? (lane < 7 ? lane + 7 : 1) : (lane < 7 ? 3 * lane : 0));
}

TEST(ControlTest, SwitchTakesEachLaneItsOwnWay) {
  auto results = run(R"(
    %which = llvm.and %tid, %c3 : i32
    llvm.switch %which : i32, ^join(%c7 : i32) [
      0: ^join(%tid : i32),
      2: ^two
    ]
  ^two:
    %y = llvm.sub %c0, %tid : i32
    llvm.br ^join(%y : i32)
  ^join(%x: i32):
  )");
  for (int lane = 0; lane < 32; ++lane)
    EXPECT_EQ(results[lane], lane % 4 == 0 ? lane : lane % 4 == 2 ? -lane : 7);
}

TEST(ControlTest, BlockArgumentsChangePlacesAtOnce) {
  auto results = run(R"(
    llvm.br ^loop(%c0, %tid, %c7, %c3 : i32, i32, i32, i32)
  ^loop(%i: i32, %a: i32, %b: i32, %c: i32):
    %next = llvm.add %i, %c1 : i32
    %more = llvm.icmp "slt" %next, %tid : i32
    llvm.cond_br %more, ^loop(%next, %b, %c, %a : i32, i32, i32, i32), ^join(%a : i32)
  ^join(%x: i32):
  )");
  for (int lane = 0; lane < 32; ++lane) {
    int a = lane, b = 7, c = 3;
    for (int i = 1; i < lane; ++i) {
      int old = a;
      a = b;
      b = c;
      c = old;
    }
    EXPECT_EQ(results[lane], a);
  }
}

TEST(ControlTest, RenamedElementsSurviveTheNextIteration) {
  // %first renames a part of the block argument that the edge overwrites.
  auto results = run(R"(
    %start = llvm.mlir.zero : vector<2xi32>
    llvm.br ^loop(%c0, %start : i32, vector<2xi32>)
  ^loop(%i: i32, %pair: vector<2xi32>):
    %first = llvm.extractelement %pair[%c0 : i32] : vector<2xi32>
    %second = llvm.extractelement %pair[%c1 : i32] : vector<2xi32>
    %grown = llvm.add %first, %c3 : i32
    %left = llvm.insertelement %second, %pair[%c0 : i32] : vector<2xi32>
    %swapped = llvm.insertelement %grown, %left[%c1 : i32] : vector<2xi32>
    %next = llvm.add %i, %c1 : i32
    %more = llvm.icmp "slt" %next, %tid : i32
    llvm.cond_br %more, ^loop(%next, %swapped : i32, vector<2xi32>), ^join
  ^join:
    // Lanes that left the loop early must not see later iterations.
    %sum = llvm.mul %grown, %c7 : i32
    %x = llvm.add %sum, %first : i32
  )");
  for (int lane = 0; lane < 32; ++lane) {
    int first = 0, second = 0, seen = 0, grown = 0;
    for (int i = 0; i == 0 || i < lane; ++i) {
      seen = first;
      grown = first + 3;
      first = second;
      second = grown;
    }
    EXPECT_EQ(results[lane], 7 * grown + seen);
  }
}

TEST(ControlTest, LanesThatReturnStayAway) {
  Harness harness;
  harness.config.block = {64, 1, 1};
  auto results = harness.run<int32_t>(R"(
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %c40 = llvm.mlir.constant(40 : i32) : i32
    %c20 = llvm.mlir.constant(20 : i32) : i32
    %mask = llvm.mlir.constant(1048575 : i32) : i32
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %clamp = llvm.mlir.constant(31 : i32) : i32
    %beyond = llvm.icmp "sge" %tid, %c20 : i32
    llvm.cond_br %beyond, ^leave, ^stay
  ^leave:
    llvm.return
  ^stay:
    // Twenty lanes of the first warp are left, and none of the second.
    %x = nvvm.shfl.sync idx %mask, %tid, %c0, %clamp : i32 -> i32
    %y = llvm.add %x, %c40 : i32
    %to = llvm.getelementptr %out[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    llvm.store %y, %to : i32, !llvm.ptr<1>
  )",
                                      std::vector<int32_t>(1), 64);
  for (int thread = 0; thread < 64; ++thread)
    EXPECT_EQ(results[thread], thread < 20 ? 40 : -1);
}

TEST(ControlTest, UnreachableCodeIsAHazard) {
  Harness harness;
  auto module = harness.parse(R"(gpu.module @kernels {
    llvm.func @kernel() attributes {nvvm.kernel} { llvm.unreachable }
  })");
  ASSERT_TRUE(module) << harness.diagnostics;
  LaunchResult result = module->lookup("kernel")->launch(
      harness.memory, harness.config, {}, harness.options);
  ASSERT_FALSE(result.succeeded());
  EXPECT_EQ(result.hazard->kind, HazardKind::Invalid);
}

} // namespace
} // namespace humming::emulator
