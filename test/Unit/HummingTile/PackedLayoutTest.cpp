//===- PackedLayoutTest.cpp - layouts of packed operands ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every packed layout against the formula, on its whole padded domain.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/IR/PackedLayout.h"
#include "PackedFormula.h"
#include "Support.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

namespace {
using PackedLayoutTest = LayoutTest;
} // namespace

TEST_F(PackedLayoutTest, PlanesAreTheFormula) {
  const int64_t n = 64, k = 72, padded = 128; // Of 40 rows.
  const std::pair<unsigned, unsigned> slotsOfPlanes[] = {
      {1, 1}, {2, 2}, {4, 4}, {8, 8}, {1, 2}, {1, 4}, {2, 4}};
  const std::pair<unsigned, bool> operands[] = {
      {8, false}, {8, true}, {16, false}, {32, false}};
  for (auto [operandBits, inPairs] : operands)
    for (auto [width, slotBits] : slotsOfPlanes) {
      LayoutAttr plane =
          packedPlane(&context, width, slotBits, operandBits, 40, k, inPairs);
      ASSERT_EQ(plane.getRows(), n);
      ASSERT_EQ(plane.getCols(), padded);
      std::vector<bool> taken(n * padded);
      for (int64_t row = 0; row < n; ++row)
        for (int64_t col = 0; col < padded; ++col) {
          int64_t offset = plane.offsetOf(row, col);
          ASSERT_EQ(offset * width, packedBit(width, slotBits, operandBits,
                                              padded, row, col, inPairs))
              << width << " in " << slotBits << " of " << operandBits
              << " bits at " << row << ", " << col;
          ASSERT_LT(offset, paddedElements(plane));
          ASSERT_FALSE(taken[offset]);
          taken[offset] = true;
        }
    }
}

TEST_F(PackedLayoutTest, OperandsAreTheFormula) {
  const int64_t n = 128, k = 72, padded = 128; // Of 100 rows.
  LayoutAttr operands = packedOperand(&context, 100, k);
  ASSERT_EQ(operands.getRows(), n);
  ASSERT_EQ(operands.getCols(), padded);
  std::vector<bool> taken(n * padded);
  for (int64_t row = 0; row < n; ++row)
    for (int64_t col = 0; col < padded; ++col) {
      int64_t offset = operands.offsetOf(row, col);
      ASSERT_EQ(offset, packedOperandByte(k, row, col)) << row << ", " << col;
      ASSERT_FALSE(taken[offset]);
      taken[offset] = true;
    }
}

// Of all widths codes of 8 bits beside operands of 8 are packed as operands.
TEST_F(PackedLayoutTest, CodesAsWideAsOperandsAreOperands) {
  for (unsigned bits = 1; bits <= 8; ++bits)
    for (unsigned operandBits : {4, 8, 16})
      EXPECT_EQ(packsOperands(bits, operandBits),
                bits == 8 && operandBits == 8);
  EXPECT_EQ(packedWeight(&context, 8, 8, 64, 128),
            packedOperand(&context, 64, 128));
  EXPECT_EQ(packedWeight(&context, 8, 16, 64, 128),
            packedPlane(&context, 8, 8, 16, 64, 128));
}

TEST_F(PackedLayoutTest, RowsAndColumnsArePadded) {
  LayoutAttr plane = packedPlane(&context, 4, 4, 16, 65, 65);
  EXPECT_EQ(plane.getRows(), 128);
  EXPECT_EQ(plane.getCols(), 128);
  EXPECT_EQ(paddedRows(1), 64);
  EXPECT_EQ(paddedRows(64), 64);
  EXPECT_EQ(paddedCols(1), 64);
  EXPECT_EQ(paddedCols(64), 64);
  EXPECT_EQ(paddedCols(65), 128);
}

TEST_F(PackedLayoutTest, PlanesOfACodeFollowOneAnother) {
  const int64_t n = 64, k = 128;
  for (unsigned bits = 1; bits <= 8; ++bits) {
    Attribute encoding = packedWeight(&context, bits, 16, n, k);
    SmallVector<PackedPlane> planes = packedPlanes(encoding, bits);
    std::vector<int64_t> widths = planesOf(bits);
    ASSERT_EQ(planes.size(), widths.size());
    EXPECT_EQ(isa<LayoutAttr>(encoding), planes.size() == 1);
    int64_t base = 0, lowBit = 0;
    for (auto [plane, width] : llvm::zip_equal(planes, widths)) {
      EXPECT_EQ(plane.width, width);
      EXPECT_EQ(plane.lowBit, lowBit);
      EXPECT_EQ(plane.base, base);
      EXPECT_EQ(plane.layout,
                packedPlane(&context, width, widths.front(), 16, n, k));
      lowBit += width;
      base += n * k * width / 8;
    }
    EXPECT_EQ(packedBytes(encoding, bits), n * k * bits / 8);
  }
}

// Recipes into operands of 16 bits put planes together slot by slot; those of 8
// and 4 bits take each plane by itself.
TEST_F(PackedLayoutTest, PlanesForSixteenBitsShareTheirSlots) {
  EXPECT_EQ(planeSlotBits(3, 1, 16), 2u);
  EXPECT_EQ(planeSlotBits(7, 4, 16), 4u);
  EXPECT_EQ(planeSlotBits(7, 2, 16), 4u);
  EXPECT_EQ(planeSlotBits(7, 1, 16), 4u);
  EXPECT_EQ(planeSlotBits(8, 8, 16), 8u);
  EXPECT_EQ(planeSlotBits(7, 1, 8), 1u);
  EXPECT_EQ(planeSlotBits(3, 2, 4), 2u);
}

TEST_F(PackedLayoutTest, ScalesAreTheFormula) {
  const int64_t n = 100, paddedN = 128;
  for (auto [k, groupSize, paddedGroups] :
       {std::tuple(256, 64, 4), std::tuple(256, 256, 1), std::tuple(96, 32, 4),
        std::tuple(96, 96, 1), std::tuple(300, 128, 3)}) {
    LayoutAttr scale = packedScale(&context, n, k, groupSize);
    ASSERT_EQ(scale.getRows(), paddedN);
    ASSERT_EQ(scale.getCols(), paddedGroups);
    std::vector<bool> taken(paddedN * paddedGroups);
    for (int64_t row = 0; row < paddedN; ++row)
      for (int64_t group = 0; group < paddedGroups; ++group) {
        int64_t offset = scale.offsetOf(row, group);
        ASSERT_EQ(offset, packedScalePosition(n, row, group));
        ASSERT_FALSE(taken[offset]);
        taken[offset] = true;
      }
  }
}

// The rows of one lane in 64 rows, and in 16: one access reads their scales.
TEST_F(PackedLayoutTest, ScalesOfALaneLieTogether) {
  LayoutAttr scale = packedScale(&context, 64, 64, 64);
  for (int64_t g = 0; g < 8; ++g)
    for (int64_t i = 0; i < 8; ++i)
      EXPECT_EQ(scale.offsetOf(i * 8 + g, 0), scale.offsetOf(g, 0) + i);
}
