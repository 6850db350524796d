//===- ForeachTest.cpp - Every part of every tile belongs to one block ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kernels that write down what each piece is told: every (tile, k) runs exactly
// once, whatever the shape, the band, the slices and the blocks, and slots are
// what a reduction over them takes them to be.
//
//===----------------------------------------------------------------------===//

#include "TileKernel.h"
#include "humming/JIT/Compiler.h"

#include <map>
#include <set>

namespace {
using namespace humming;
using namespace humming::tile;

/// What one piece is told, and the block that runs it.
struct Piece {
  int32_t row, col, tile, lower, upper, slot, first, pieces, done, block;
};

/// A log: the number of pieces, then each.
constexpr llvm::StringLiteral kKernel = R"(
gpu.module @kernels {
  gpu.func @pieces(%log: memref<?xi32>, %m: i32) kernel
      attributes {known_block_size = array<i32: 1, 1, 1>} {
    %tokens = arith.index_castui %m : i32 to index
    %n = arith.constant ROWS : index
    %k = arith.constant DEPTH : index
    humming_tile.foreach (%v0, %v1, %v2, %v3, %v4, %v5, %v6, %v7, %v8)
        in (%n, %tokens, %k)
        tile [16, TOKENS, 64] turn TURN split SPLIT blocks BLOCKS CLUSTER {
      %v9 = gpu.block_id x
      %zero = arith.constant 0 : index
      %one = arith.constant 1 : i32
      %number = memref.atomic_rmw addi %one, %log[%zero] : (i32, memref<?xi32>) -> i32
      %before = arith.index_castui %number : i32 to index
      %size = arith.constant 10 : index
      %start = arith.muli %before, %size : index
STORES
    }
    gpu.return
  }
}
)";

/// Stores value i at 1 + i behind the start.
std::string stores() {
  std::string text;
  for (int i = 0; i < 10; ++i)
    text += substitute(
        R"(
      %oI = arith.constant OFFSET : index
      %atI = arith.addi %start, %oI : index
      %iI = arith.index_castui %vI : index to i32
      memref.store %iI, %log[%atI] : memref<?xi32>)",
        {{"OFFSET", std::to_string(i + 1)}, {"I", std::to_string(i)}});
  return text;
}

struct Shape {
  int64_t rowTiles, tokens, units, turn, split, blocks, cluster = 1;
  bool joined = false;
};

class ForeachTest : public ::testing::TestWithParam<Shape> {
protected:
  std::vector<Piece> run(TileKernel &kernel, int64_t colTiles) {
    auto [rowTiles, tokens, units, turn, split, blocks, cluster, joined] =
        GetParam();
    int64_t tiles = rowTiles * colTiles, most = tiles * split + 2 * blocks;
    std::vector<uint8_t> log =
        kernel.run({std::vector<uint8_t>(4 + most * sizeof(Piece))},
                   (colTiles - 1) * tokens + 1);
    std::vector<Piece> pieces(getElement(log, 32, 0));
    EXPECT_LE(int64_t(pieces.size()), most);
    memcpy(pieces.data(), log.data() + 4, pieces.size() * sizeof(Piece));
    return pieces;
  }
};

/// The pieces of one tile: all of k in a row, in slots that follow one another.
void checkTile(std::vector<Piece> pieces, int64_t depth) {
  llvm::sort(pieces, [](const Piece &left, const Piece &right) {
    return left.lower < right.lower;
  });
  int32_t at = 0, slot = pieces.front().first;
  for (const Piece &piece : pieces) {
    EXPECT_EQ(piece.lower, at);
    EXPECT_LT(piece.lower, piece.upper);
    EXPECT_EQ(piece.pieces, int32_t(pieces.size()));
    at = piece.upper;
    if (pieces.size() == 1)
      continue;
    EXPECT_EQ(piece.first, pieces.front().first);
    EXPECT_EQ(piece.slot, slot++);
  }
  EXPECT_EQ(at, depth);
}

TEST_P(ForeachTest, EveryPartOfATileRunsOnce) {
  auto [rowTiles, tokens, units, turn, split, blocks, cluster, joined] =
      GetParam();
  int64_t unit = 64 * turn, depth = units * unit;
  TileKernel kernel(
      substitute(kKernel.str(),
                 {{"ROWS", std::to_string(16 * rowTiles - 3)},
                  {"DEPTH", std::to_string(depth)},
                  {"TOKENS", std::to_string(tokens)},
                  {"TURN", std::to_string(turn)},
                  {"SPLIT", std::to_string(split)},
                  {"BLOCKS", std::to_string(blocks)},
                  {"CLUSTER", "cluster " + std::to_string(cluster) +
                                  (joined ? " joined" : "")},
                  {"STORES", stores()}}),
      "sm_90");
  ASSERT_TRUE(kernel.isCompiled());
  LaunchAttr attr = kernel.getLaunch();
  jit::KernelLaunch launch;
  launch.tiles = attr.getTiles();
  launch.blockN = launch.blockM = 1;
  launch.split = attr.getSplit();
  launch.blocks = attr.getBlocks();
  launch.units = attr.getUnits();

  // Less than a band, whole bands, and a narrow last one.
  for (int64_t colTiles : {1, 2, 3, 4, 5, 7, 8, 11}) {
    SCOPED_TRACE(colTiles);
    std::map<std::pair<int32_t, int32_t>, std::vector<Piece>> ofTile;
    std::map<int32_t, std::vector<Piece>> ofBlock;
    std::set<int32_t> numbers, slots;
    for (const Piece &piece : run(kernel, colTiles)) {
      ofTile[{piece.row, piece.col}].push_back(piece);
      ofBlock[piece.block].push_back(piece);
      numbers.insert(piece.tile);
      EXPECT_EQ(piece.lower % unit, 0);
      EXPECT_EQ(piece.upper % unit, 0);
      if (piece.pieces == 1)
        continue;
      // A slot of its own, in the workspace of so many tokens.
      EXPECT_TRUE(slots.insert(piece.slot).second);
      if (!joined) {
        EXPECT_LT(4 * uint64_t(piece.slot), launch.partialBytesFor(colTiles));
      }
    }
    // Tiles where they should be, each with a number of its own.
    EXPECT_EQ(int64_t(ofTile.size()), rowTiles * colTiles);
    EXPECT_EQ(numbers.size(), ofTile.size());
    for (auto &[origin, pieces] : ofTile) {
      EXPECT_EQ(origin.first % 16, 0);
      EXPECT_LT(origin.first, 16 * rowTiles);
      EXPECT_EQ(origin.second % tokens, 0);
      EXPECT_LT(origin.second, tokens * colTiles);
      checkTile(pieces, depth);
    }
    // The blocks of a cluster have tiles below one another, and run the same of
    // them.
    for (auto &[block, own] : ofBlock) {
      const std::vector<Piece> &leads = ofBlock[block - block % cluster];
      ASSERT_EQ(own.size(), leads.size());
      for (auto [piece, lead] : llvm::zip(own, leads)) {
        EXPECT_EQ(piece.row, lead.row + 16 * int32_t(block % cluster));
        EXPECT_EQ(lead.row % (16 * cluster), 0);
        EXPECT_EQ(piece.col, lead.col);
        EXPECT_EQ(piece.lower, lead.lower);
        EXPECT_EQ(piece.upper, lead.upper);
        EXPECT_EQ(piece.done, lead.done);
      }
      // Joined, all slices of a tile are in one cluster.
      int32_t whole = cluster * split;
      if (joined) {
        EXPECT_EQ(own[0].tile % cluster, block % cluster);
        EXPECT_EQ(own[0].tile / cluster, block / whole);
        EXPECT_EQ(own[0].slot - own[0].first, block % whole / cluster);
      }
    }
    // Each block knows what it has done, and none has more to do than another.
    EXPECT_EQ(ofBlock.size(), launch.gridFor(colTiles));
    int64_t most = 0, least = rowTiles * colTiles * units;
    for (auto &[block, pieces] : ofBlock) {
      llvm::sort(pieces, [](const Piece &left, const Piece &right) {
        return left.done < right.done;
      });
      int64_t done = 0;
      for (const Piece &piece : pieces) {
        EXPECT_EQ(piece.done, done);
        done += (piece.upper - piece.lower) / 64;
      }
      most = std::max(most, done / turn);
      least = std::min(least, done / turn);
    }
    if (blocks > 0) {
      EXPECT_LE(most - least, 1);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    NarrowAndWide, ForeachTest,
    ::testing::Values(Shape{1, 64, 1, 1, 1, 0}, Shape{3, 64, 4, 1, 2, 0},
                      Shape{1, 128, 1, 1, 1, 0}, Shape{3, 128, 1, 2, 1, 0},
                      Shape{5, 128, 5, 2, 3, 0}, Shape{4, 256, 4, 1, 2, 0}));

INSTANTIATE_TEST_SUITE_P(Clusters, ForeachTest,
                         ::testing::Values(Shape{4, 64, 1, 1, 1, 0, 2},
                                           Shape{8, 128, 2, 1, 1, 0, 4},
                                           Shape{4, 128, 4, 1, 2, 0, 2},
                                           Shape{3, 64, 4, 1, 4, 0, 1, true},
                                           Shape{4, 128, 6, 2, 3, 0, 2, true},
                                           Shape{2, 64, 5, 1, 1, 2, 2},
                                           Shape{2, 64, 5, 1, 1, 12, 2},
                                           Shape{4, 128, 16, 2, 1, 6, 2},
                                           Shape{8, 256, 3, 2, 1, 132, 4}));

// Fewer tiles than blocks, as many, and many more; fewer units than blocks.
INSTANTIATE_TEST_SUITE_P(
    Blocks, ForeachTest,
    ::testing::Values(Shape{1, 64, 1, 1, 1, 1}, Shape{1, 64, 1, 1, 1, 3},
                      Shape{2, 64, 5, 1, 1, 1}, Shape{2, 64, 5, 1, 1, 3},
                      Shape{2, 64, 5, 2, 1, 5}, Shape{3, 128, 4, 1, 1, 7},
                      Shape{5, 128, 16, 2, 1, 7}, Shape{7, 128, 3, 2, 1, 132},
                      Shape{3, 256, 16, 1, 1, 132},
                      Shape{1, 64, 1, 2, 1, 132}));

} // namespace
