//===- HummingTile.h - the tile dialect -------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The dialect, its layout attribute, tile types and operations.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMINGTILE_IR_HUMMINGTILE_H
#define HUMMING_DIALECT_HUMMINGTILE_IR_HUMMINGTILE_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributeInterfaces.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace humming {
struct MmaAtom;
} // namespace humming

#include "humming/Dialect/HummingTile/IR/HummingTileDialect.h.inc"

#define GET_ATTRDEF_CLASSES
#include "humming/Dialect/HummingTile/IR/HummingTileAttrs.h.inc"

#define GET_TYPEDEF_CLASSES
#include "humming/Dialect/HummingTile/IR/HummingTileTypes.h.inc"

#define GET_OP_CLASSES
#include "humming/Dialect/HummingTile/IR/HummingTileOps.h.inc"

namespace humming::tile {
/// Codes of one thread in a packed tile of 16 rows by 64 columns.
constexpr int64_t kTileCodes = 32;
/// Tiles of k that a pipeline of warpgroups takes at a time: each has registers
/// of its own for the weights that running products read.
constexpr int64_t kTilesPerTurn = 2;

/// The most bytes that sums of a cluster's other blocks get for themselves,
/// through the whole kernel: then a block sends its sum when it has it. More of
/// them take the place of buffers that all blocks have left.
constexpr int64_t kOwnSumBytes = 16384;

/// Bits of one element in memory: a code's bits, else the builtin type's width.
unsigned getElementBits(::mlir::Type type);
} // namespace humming::tile

#endif // HUMMING_DIALECT_HUMMINGTILE_IR_HUMMINGTILE_H
