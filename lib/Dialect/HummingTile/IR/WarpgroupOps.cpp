//===- WarpgroupOps.cpp - products of four warps at once ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verifiers of the ops of WarpgroupOps.td.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Dialect/HummingTile/IR/Units.h"
#include "humming/Target/MmaAtom.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// PTX ISA, wgmma.mma_async: the widest N, and warps of a warpgroup.
static constexpr int64_t kMaxTokens = 256, kWarps = 4;

/// The warpgroup's atom of that name and those types, or null.
static const MmaAtom *findAtom(StringRef name, Type operand, Type acc) {
  auto kind = scalarKind(operand), accKind = scalarKind(acc);
  if (!kind || !accKind)
    return nullptr;
  return lookupWarpgroupAtom(name, *kind, *accKind);
}

static LogicalResult emitNoAtom(Operation *op, StringRef name, Type operand,
                                Type acc) {
  return op->emitOpError("expected an atom of a warpgroup in "
                         "Target/MmaAtoms.td, got \"")
         << name << "\" on " << operand << ", " << acc;
}

LogicalResult WarpgroupMmaOp::verify() {
  FragType w = getWeights().getType(), acc = getResult().getType();
  SmemType a = getActivations().getType();
  // warpgroup_mma_c1
  if (w.getCols() != a.getCols() || acc.getRows() != w.getRows() ||
      acc.getCols() != a.getRows() || w.getElementType() != a.getElementType())
    return emitOpError("expected n x k times m x k of one type into n x m, "
                       "got ")
           << w << ", " << a << ", " << acc;
  // warpgroup_mma_c2
  const MmaAtom *atom =
      findAtom(getAtom(), w.getElementType(), acc.getElementType());
  if (!atom)
    return emitNoAtom(*this, getAtom(), w.getElementType(),
                      acc.getElementType());
  // warpgroup_mma_c3
  int64_t warps = getWarps();
  if (warps <= 0 || warps % kWarps != 0 ||
      acc.getRows() % (warps * atom->rows) != 0 ||
      acc.getCols() % atom->tokens != 0 || acc.getCols() > kMaxTokens ||
      w.getCols() % atom->k != 0)
    return emitOpError("expected warps in fours x ")
           << atom->rows << "x" << atom->tokens << "x" << atom->k
           << " to divide the tile, and at most " << kMaxTokens
           << " tokens, got " << warps << " warps and " << acc << " by "
           << w.getCols();
  // warpgroup_mma_c4
  int64_t rowBytes = a.getCols() * getElementBits(a.getElementType()) / 8;
  if (rowBytes % kLineBytes != 0)
    return emitOpError("expected rows of activations in lines of ")
           << kLineBytes << " bytes, got " << rowBytes << " bytes";
  return success();
}

LogicalResult WarpgroupWaitOp::verify() {
  // warpgroup_wait_c1
  if (getValues().empty())
    return emitOpError("expected values to wait for");
  if (getValues().getTypes() != getResultTypes())
    return emitOpError("expected results of the values' types, got ")
           << getResultTypes() << " of " << getValues().getTypes();
  return success();
}

LogicalResult MatrixDescriptorOp::verify() {
  // matrix_descriptor_c1
  auto type = cast<MemRefType>(getMemory().getType());
  if (!gpu::GPUDialect::hasWorkgroupMemoryAddressSpace(type))
    return emitOpError("expected shared memory, got ") << type;
  return success();
}

LogicalResult WarpgroupAtomOp::verify() {
  auto a = cast<VectorType>(getA().getType()),
       c = cast<VectorType>(getResult().getType());
  // warpgroup_atom_c1
  const MmaAtom *atom =
      findAtom(getAtom(), a.getElementType(), c.getElementType());
  if (!atom)
    return emitNoAtom(*this, getAtom(), a.getElementType(), c.getElementType());
  int64_t perToken = atom->fragC.regCount();
  if (a.getNumElements() != atom->fragA.regCount() ||
      c.getNumElements() % perToken != 0 ||
      c.getNumElements() / perToken * atom->tokens > kMaxTokens)
    return emitOpError("expected ")
           << atom->fragA.regCount() << " elements of a and " << perToken
           << " of c for every " << atom->tokens << " of at most " << kMaxTokens
           << " tokens, got " << a << " and " << c;
  return success();
}
