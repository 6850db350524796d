//===- StMatrixTest.cpp - stmatrix ----------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include <numeric>

namespace humming::emulator {
namespace {

/// An stmatrix of words %w0 ... to the rows at %row.
std::string stmatrix(unsigned count, bool transposed) {
  std::string words, types = "!llvm.ptr<3>";
  for (unsigned i = 0; i < count; ++i) {
    words += (i ? ", %w" : "%w") + std::to_string(i);
    types += ", i32";
  }
  return "nvvm.stmatrix %row, " + words + " {layout = #nvvm.mma_layout<" +
         (transposed ? "col" : "row") +
         ">, shape = #nvvm.ld_st_matrix_shape<m = 8, n = 8>, "
         "eltType = #nvvm.ld_st_matrix_elt_type<b16>} : " +
         types + "\n";
}

/// Words 4 * thread ... of the input, and the address of the lane's row of 16
/// bytes.
const char *kOperands = R"(
    %lane = nvvm.read.ptx.sreg.tid.x : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %from = llvm.getelementptr %in[%lane] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, vector<4xi32>
    %row = llvm.getelementptr %smem[%lane] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<8xi16>
    %to = llvm.getelementptr %out[%lane] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, vector<8xi16>
    %p1 = llvm.getelementptr %from[1] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32
    %p2 = llvm.getelementptr %from[2] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32
    %p3 = llvm.getelementptr %from[3] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32
    %w0 = llvm.load %from : !llvm.ptr<1> -> i32
    %w1 = llvm.load %p1 : !llvm.ptr<1> -> i32
    %w2 = llvm.load %p2 : !llvm.ptr<1> -> i32
    %w3 = llvm.load %p3 : !llvm.ptr<1> -> i32
)";

/// Each lane's row to the output.
const char *kReadBack = R"(
    %x = llvm.load %row : !llvm.ptr<3> -> vector<8xi16>
    llvm.store %x, %to : vector<8xi16>, !llvm.ptr<1>
)";

std::vector<uint16_t> numbers(size_t count) {
  std::vector<uint16_t> values(count);
  std::iota(values.begin(), values.end(), 0);
  return values;
}

TEST(StMatrixTest, PutsRowsAndColumnsInPlace) {
  for (unsigned count : {1u, 2u, 4u})
    for (bool transposed : {false, true}) {
      Harness harness;
      harness.config.dynamicSharedBytes = 512;
      // Rows that no matrix has are written beforehand, to be read as zeros.
      std::string text = std::string(kOperands) + R"(
    %zero = llvm.mlir.zero : vector<8xi16>
    llvm.store %zero, %row : vector<8xi16>, !llvm.ptr<3>
    nvvm.barrier0
)" + stmatrix(count, transposed) +
                         "nvvm.barrier0\n" + kReadBack;
      auto results = harness.run<uint16_t>(text, numbers(256), 256);
      for (unsigned lane = 0; lane < 32; ++lane)
        for (unsigned matrix = 0; matrix < 4; ++matrix)
          for (unsigned half = 0; half < 2; ++half) {
            unsigned row = lane / 4, column = lane % 4 * 2 + half;
            if (transposed)
              std::swap(row, column);
            EXPECT_EQ(results[matrix * 64 + row * 8 + column],
                      matrix < count ? lane * 8 + matrix * 2 + half : 0);
          }
      EXPECT_EQ(harness.counters.count(InstructionKind::StMatrix), 1u);
      EXPECT_EQ(harness.counters.bankConflicts, 0u);
    }
}

/// The hazard of a launch of `text` with `threads` threads, or none.
std::optional<Hazard> hazardOf(const std::string &text, unsigned threads) {
  Harness harness;
  harness.config.block = {threads, 1, 1};
  harness.config.dynamicSharedBytes = 16 * threads;
  std::unique_ptr<Module> module = harness.parse(Harness::wrap(text));
  EXPECT_TRUE(module) << harness.diagnostics;
  if (!module)
    return std::nullopt;
  uint64_t in = harness.upload(numbers(8 * threads));
  uint64_t out = harness.memory.allocate(16 * threads);
  return harness.launch(*module->getKernels()[0], in, out).hazard;
}

TEST(StMatrixTest, RowsOfOtherWarpsNeedABarrier) {
  // Each warp reads the rows that the other has written.
  std::string before = std::string(kOperands) + stmatrix(4, true), after = R"(
    %half = llvm.mlir.constant(32 : i32) : i32
    %other = llvm.xor %lane, %half : i32
    %their = llvm.getelementptr %smem[%other] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<8xi16>
    %x = llvm.load %their : !llvm.ptr<3> -> vector<8xi16>
    llvm.store %x, %to : vector<8xi16>, !llvm.ptr<1>
)";
  EXPECT_FALSE(hazardOf(before + "nvvm.barrier0\n" + after, 64));
  std::optional<Hazard> hazard = hazardOf(before + after, 64);
  ASSERT_TRUE(hazard);
  EXPECT_TRUE(hazard->kind == HazardKind::SharedRace ||
              hazard->kind == HazardKind::UninitializedShared)
      << hazard->message;
}

TEST(StMatrixTest, RowsOfOtherLanesNeedASynchronization) {
  std::string before = std::string(kOperands) + stmatrix(4, true), after = R"(
    %last = llvm.mlir.constant(31 : i32) : i32
    %other = llvm.xor %lane, %last : i32
    %their = llvm.getelementptr %smem[%other] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<8xi16>
    %x = llvm.load %their : !llvm.ptr<3> -> vector<8xi16>
    llvm.store %x, %to : vector<8xi16>, !llvm.ptr<1>
)";
  EXPECT_FALSE(hazardOf(before + "nvvm.barrier0\n" + after, 32));
  std::optional<Hazard> hazard = hazardOf(before + after, 32);
  ASSERT_TRUE(hazard);
  EXPECT_EQ(hazard->kind, HazardKind::SharedRace) << hazard->message;
}

TEST(StMatrixTest, RowsBeginAtMultiplesOf16) {
  std::string text = std::string(kOperands);
  size_t row = text.find("%row = llvm.getelementptr %smem[%lane]");
  text.insert(
      row,
      R"(%one = llvm.getelementptr %smem[1] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i16
    )");
  text.replace(text.find("%smem[%lane]"), 5, "%one");
  std::optional<Hazard> hazard = hazardOf(text + stmatrix(4, true), 32);
  ASSERT_TRUE(hazard);
  EXPECT_EQ(hazard->kind, HazardKind::Misaligned) << hazard->message;
  EXPECT_EQ(hazard->lane, 0u);
}

} // namespace
} // namespace humming::emulator
