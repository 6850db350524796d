//===- MemoryLayoutTest.cpp - the order of memory -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory layouts, the fragments that copy them, and `align`, which relates a
// fragment to memory, each by its defining property on every element.
//
//===----------------------------------------------------------------------===//

#include "Support.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

namespace {
using MemoryLayoutTest = LayoutTest;
} // namespace

/// What distribution does with aligned modes: one offset from two digits.
static int64_t offsetOf(ArrayRef<AlignedMode> modes, int64_t thread,
                        int64_t reg) {
  int64_t offset = 0;
  for (const AlignedMode &mode : modes) {
    if (mode.threadStride)
      offset += thread / *mode.threadStride % mode.extent * mode.memoryStride;
    if (mode.regStride)
      offset += reg / *mode.regStride % mode.extent * mode.memoryStride;
  }
  return offset;
}

static void expectAligned(LayoutAttr fragment, LayoutAttr memory) {
  FailureOr<SmallVector<AlignedMode>> modes = align(fragment, memory);
  ASSERT_TRUE(succeeded(modes));
  for (int64_t thread = 0; thread < fragment.getNumThreads(); ++thread)
    for (int64_t reg = 0; reg < fragment.getNumRegs(); ++reg) {
      auto [row, col] = fragment.coordinates(thread, reg);
      ASSERT_EQ(offsetOf(*modes, thread, reg), memory.offsetOf(row, col))
          << "thread " << thread << ", register " << reg;
    }
}

TEST_F(MemoryLayoutTest, RowMajorBothWays) {
  LayoutAttr rows = rowMajor(&context, 4, 6);
  LayoutAttr columns = rowMajor(&context, 4, 6, /*transposed=*/true);
  for (int64_t row = 0; row < 4; ++row)
    for (int64_t col = 0; col < 6; ++col) {
      EXPECT_EQ(rows.offsetOf(row, col), row * 6 + col);
      EXPECT_EQ(columns.offsetOf(row, col), col * 4 + row);
    }
}

TEST_F(MemoryLayoutTest, AlignRelatesFragmentsToMemory) {
  LayoutAttr weights = repeatAtom(&context, atom("m16n8k16").fragA, {4, 1},
                                  {1, 4}, /*before=*/1, /*after=*/2);
  LayoutAttr tokens =
      repeatAtom(&context, atom("m16n8k16").fragB, {2, 1}, {1, 4}, 4);
  LayoutAttr acc = repeatAtom(&context, atom("m16n8k16").fragC, {4, 1}, {2, 1});
  expectAligned(weights, packedPlane(&context, 4, 4, 16, 64, 64));
  expectAligned(weights, rowMajor(&context, 64, 64));
  expectAligned(tokens, swizzledPanels(&context, 16, 64, 16));
  expectAligned(acc, rowMajor(&context, 64, 16, /*transposed=*/true));
}

TEST_F(MemoryLayoutTest, StraddlingModesDoNotAlign) {
  LayoutAttr fragment = layout("[[8], [6]] thread [0] reg [1]");
  EXPECT_TRUE(
      failed(align(fragment, layout("[[8], [3, 4]] offset [1, 0, 2]"))));
  EXPECT_TRUE(
      succeeded(align(fragment, layout("[[8], [2, 3]] offset [1, 0, 2]"))));
}

TEST_F(MemoryLayoutTest, RegistersInTheOrderOfMemory) {
  LayoutAttr weights =
      repeatAtom(&context, atom("m16n8k8").fragA, {2, 2}, {1, 8});
  LayoutAttr memory = packedPlane(&context, 4, 4, 16, 64, 64);
  FailureOr<LayoutAttr> ordered = inMemoryOrder(weights, memory);
  ASSERT_TRUE(succeeded(ordered));
  for (int64_t thread = 0; thread < weights.getNumThreads(); ++thread) {
    std::set<Coordinates> before, after;
    int64_t last = -1;
    for (int64_t reg = 0; reg < weights.getNumRegs(); ++reg) {
      before.insert(weights.coordinates(thread, reg));
      auto [row, col] = ordered->coordinates(thread, reg);
      after.insert({row, col});
      ASSERT_LT(last, memory.offsetOf(row, col));
      last = memory.offsetOf(row, col);
    }
    ASSERT_EQ(before, after);
  }
}

// The words of a tile hold each code where dequant_atom says, for operands of
// every width.
TEST_F(MemoryLayoutTest, CodesLieWhereDequantizationLooks) {
  const int64_t n = 64, k = 128;
  struct Case {
    const MmaAtom &atom;
    int64_t operandBits;
  } cases[] = {{*lookupMmaAtom("m16n8k32", ScalarKind::I8, ScalarKind::I8,
                               ScalarKind::I32),
                8},
               {*lookupMmaAtom("m16n8k64", ScalarKind::I4, ScalarKind::I4,
                               ScalarKind::I32),
                4},
               {atom("m16n8k16"), 16}};
  for (auto [atom, operandBits] : cases)
    for (int64_t bits = 1; bits <= std::min<int64_t>(operandBits, 8);
         bits *= 2) {
      if (packsOperands(bits, operandBits)) // None looks there.
        continue;
      LayoutAttr weights =
          repeatAtom(&context, atom.fragA, {2, 2}, {1, k / atom.k});
      auto memory =
          cast<LayoutAttr>(packedWeight(&context, bits, operandBits, n, k));
      FailureOr<LayoutAttr> codes = inMemoryOrder(weights, memory);
      ASSERT_TRUE(succeeded(codes));
      int64_t perRegister = 32 / operandBits, perField = operandBits / bits;
      for (int64_t thread = 0; thread < weights.getNumThreads(); ++thread)
        for (int64_t reg = 0; reg < weights.getNumRegs(); ++reg) {
          int64_t tile = reg / kTileCodes * kTileCodes, code = reg % kTileCodes;
          auto [row, col] = weights.coordinates(0, tile);
          int64_t words = codes->regOf(row, col) / kTileCodes * kTileCodes;
          int64_t r = code / perRegister;
          int64_t bit = bits * (r % perField) +
                        operandBits * (code % perRegister) +
                        32 * (r / perField);
          ASSERT_EQ(codes->coordinates(thread, words + bit / bits),
                    weights.coordinates(thread, reg))
              << bits << " bits for " << operandBits << ", thread " << thread
              << ", register " << reg;
        }
    }
}

// Every element once, each thread in runs of 16 bytes, neighbours in memory in
// neighbouring threads.
TEST_F(MemoryLayoutTest, CopiesMoveSixteenByteRuns) {
  struct Case {
    LayoutAttr memory;
    int64_t bits;
  } cases[] = {{packedPlane(&context, 4, 4, 16, 64, 128), 4},
               {packedPlane(&context, 1, 1, 16, 64, 128), 1},
               {packedPlane(&context, 8, 8, 16, 64, 64), 8},
               {packedOperand(&context, 128, 64), 8},
               {packedScale(&context, 128, 256, 64), 16},
               {packedScale(&context, 64, 64, 64), 8},
               {swizzledPanels(&context, 16, 128, 16), 16},
               {swizzledPanels(&context, 8, 64, 16), 16},
               {swizzledPanels(&context, 16, 64, 8), 8},
               {swizzledPanels(&context, 16, 128, 4), 4}};
  for (auto [memory, bits] : cases)
    for (int64_t threads : {32, 128, 256}) {
      FailureOr<LayoutAttr> fragment = copyFragment(memory, bits, threads);
      ASSERT_TRUE(succeeded(fragment));
      ASSERT_LE(fragment->getNumThreads(), threads);
      int64_t run = kCopyBytes * 8 / bits;
      int64_t turn = fragment->getNumThreads() * run;
      ASSERT_EQ(fragment->getNumRegs() % run, 0);
      std::set<int64_t> seen;
      for (int64_t thread = 0; thread < fragment->getNumThreads(); ++thread)
        for (int64_t reg = 0; reg < fragment->getNumRegs(); ++reg) {
          auto [row, col] = fragment->coordinates(thread, reg);
          int64_t offset = memory.offsetOf(row, col);
          ASSERT_EQ(offset, reg / run * turn + thread * run + reg % run);
          seen.insert(offset);
        }
      EXPECT_EQ(static_cast<int64_t>(seen.size()), paddedElements(memory));
    }
}

// A column of numbers, one a thread, as many threads as divide it.
TEST_F(MemoryLayoutTest, CopiesTakeNarrowRowsOneByOne) {
  for (auto [rows, threads] : {std::pair(128, 128), {8, 8}, {48, 16}}) {
    FailureOr<LayoutAttr> fragment =
        copyFragment(swizzledPanels(&context, rows, 1, 32), 32,
                     /*threads=*/128, /*runBytes=*/4);
    ASSERT_TRUE(succeeded(fragment));
    EXPECT_EQ(fragment->getNumThreads(), threads);
    for (int64_t thread = 0; thread < threads; ++thread)
      for (int64_t reg = 0; reg < fragment->getNumRegs(); ++reg)
        EXPECT_EQ(fragment->coordinates(thread, reg).first,
                  reg * threads + thread);
  }
}

TEST_F(MemoryLayoutTest, CopiesNeedWholeRuns) {
  EXPECT_TRUE(failed(copyFragment(rowMajor(&context, 1, 4), 16, 32)));
}

// A tile is dense, and its elements follow one another as in the whole.
TEST_F(MemoryLayoutTest, TilesKeepTheOrder) {
  LayoutAttr memory = packedPlane(&context, 4, 4, 16, 256, 192);
  FailureOr<LayoutAttr> tile = tileOf(memory, 64, 128);
  ASSERT_TRUE(succeeded(tile));
  std::vector<int64_t> offsets(64 * 128, -1);
  for (int64_t row = 0; row < 64; ++row)
    for (int64_t col = 0; col < 128; ++col)
      offsets[tile->offsetOf(row, col)] = memory.offsetOf(row, col);
  EXPECT_TRUE(llvm::is_sorted(offsets));
  EXPECT_GE(offsets.front(), 0);

  EXPECT_TRUE(failed(tileOf(memory, 24, 64)));
  EXPECT_TRUE(failed(tileOf(memory, 64, 96)));
}

// Partial sums: [tile][registers / vector][thread][vector], and nothing else.
TEST_F(MemoryLayoutTest, FragmentOrderIsContiguousForAWarp) {
  LayoutAttr acc = repeatAtom(&context, atom("m16n8k16").fragC, {2, 2}, {2, 2});
  LayoutAttr memory = fragmentOrder(acc, 4);
  ASSERT_EQ(memory.getCols(), acc.getCols());
  int64_t threads = acc.getNumThreads(), size = acc.getRows() * acc.getCols();
  for (int64_t number : {0, 1, 5})
    for (int64_t thread = 0; thread < threads; ++thread)
      for (int64_t reg = 0; reg < acc.getNumRegs(); ++reg) {
        auto [row, col] = acc.coordinates(thread, reg);
        ASSERT_EQ(memory.offsetOf(number * acc.getRows() + row, col),
                  number * size + (reg / 4 * threads + thread) * 4 + reg % 4);
      }
}

// ldmatrix reads eight rows of 16 bytes: in eight different 16-byte columns of
// the 128 bytes that the banks are wide, whatever the elements.
TEST_F(MemoryLayoutTest, SwizzledRowsMissEachOthersBanks) {
  for (int64_t bits : {16, 8, 4})
    for (int64_t rowBytes : {32, 64, 128, 256, 512}) {
      int64_t cols = rowBytes * 8 / bits;
      LayoutAttr memory = swizzledPanels(&context, 32, cols, bits);
      ASSERT_EQ(memory.getSwizzle(), std::min<int64_t>(rowBytes, 128));
      std::set<int64_t> addresses;
      for (int64_t row = 0; row < 32; row += 8)
        for (int64_t col = 0; col < cols; col += 128 / bits) {
          std::set<int64_t> banks;
          for (int64_t i = 0; i < 8; ++i) {
            int64_t address = memory.offsetOf(row + i, col) * bits / 8;
            // The definition: the chunk's number XOR the line's.
            int64_t chunk = address / 16 % 8, line = address / 128;
            chunk ^= line % (memory.getSwizzle() / 16);
            address = line * 128 + chunk * 16;
            banks.insert(chunk);
            EXPECT_TRUE(addresses.insert(address).second);
          }
          EXPECT_EQ(banks.size(), 8u)
              << rowBytes << " bytes, row " << row << ", column " << col;
        }
    }
}
