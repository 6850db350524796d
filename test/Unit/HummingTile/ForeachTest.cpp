//===- ForeachTest.cpp - Every tile belongs to one block ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kernels that add one to each tile's own place of the output: every (tile,
// slice) runs exactly once, whatever the shape and the band.
//
//===----------------------------------------------------------------------===//

#include "TileKernel.h"

namespace {
using namespace humming;
using namespace humming::tile;

constexpr llvm::StringLiteral kKernel = R"(
gpu.module @kernels {
  gpu.func @tiles(%seen: memref<?xi32>, %m: i32) kernel
      attributes {known_block_size = array<i32: 1, 1, 1>} {
    %tokens = arith.index_castui %m : i32 to index
    %n = arith.constant ROWS : index
    humming_tile.foreach (%n0, %m0, %tile, %slice) in (%n, %tokens)
        tile [16, TOKENS] split SPLIT {
      %c16 = arith.constant 16 : index
      %cols = arith.constant TOKENS : index
      %row = arith.divui %n0, %c16 : index
      %col = arith.divui %m0, %cols : index
      %rowTiles = arith.constant TILES : index
      %split = arith.constant SPLIT : index
      %inCols = arith.muli %col, %rowTiles : index
      %place = arith.addi %inCols, %row : index
      %slices = arith.muli %place, %split : index
      %at = arith.addi %slices, %slice : index
      %one = arith.constant 1 : i32
      %old = memref.atomic_rmw addi %one, %seen[%at] : (i32, memref<?xi32>) -> i32
    }
    gpu.return
  }
}
)";

struct Shape {
  int64_t rowTiles, tokens, split;
};

class ForeachTest : public ::testing::TestWithParam<Shape> {};

TEST_P(ForeachTest, EveryTileRunsOnce) {
  auto [rowTiles, tokens, split] = GetParam();
  TileKernel kernel(
      substitute(kKernel.str(), {{"ROWS", std::to_string(16 * rowTiles - 3)},
                                 {"TOKENS", std::to_string(tokens)},
                                 {"TILES", std::to_string(rowTiles)},
                                 {"SPLIT", std::to_string(split)}}),
      "sm_80");
  ASSERT_TRUE(kernel.isCompiled());
  // Less than a band, whole bands, and a narrow last one.
  for (int64_t colTiles : {1, 2, 3, 4, 5, 7, 8, 11}) {
    int64_t places = colTiles * rowTiles * split;
    std::vector<uint8_t> seen = kernel.run({std::vector<uint8_t>(4 * places)},
                                           (colTiles - 1) * tokens + 1);
    for (int64_t place = 0; place < places; ++place)
      EXPECT_EQ(getElement(seen, 32, place), 1u)
          << "place " << place << " of " << colTiles << " columns of tiles";
  }
}

INSTANTIATE_TEST_SUITE_P(NarrowAndWide, ForeachTest,
                         ::testing::Values(Shape{1, 64, 1}, Shape{3, 64, 2},
                                           Shape{1, 128, 1}, Shape{3, 128, 1},
                                           Shape{5, 128, 3}, Shape{4, 256, 2}));

} // namespace
