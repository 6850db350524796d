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
/// Bits of weights that are read from shared memory: nothing of them is
/// decoded.
static constexpr unsigned kSharedBits = 8;
/// PTX ISA, "Matrix Descriptor Format" of wgmma: strides count 16 bytes in 14
/// bits.
static constexpr int64_t kStrideUnit = 16, kMostStride = kStrideUnit << 14;

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

int64_t WarpgroupMmaOp::getRows() {
  SmemType shared = getSharedWeights();
  return shared ? shared.getRows()
                : cast<FragType>(getWeights().getType()).getRows();
}

int64_t WarpgroupMmaOp::getDepth() {
  SmemType shared = getSharedWeights();
  return shared ? shared.getCols()
                : cast<FragType>(getWeights().getType()).getCols();
}

Type WarpgroupMmaOp::getElementType() {
  SmemType shared = getSharedWeights();
  return shared ? shared.getElementType()
                : cast<FragType>(getWeights().getType()).getElementType();
}

LogicalResult WarpgroupMmaOp::verify() {
  FragType acc = getResult().getType();
  SmemType a = getActivations().getType();
  // warpgroup_mma_c1
  if (getDepth() != a.getCols() || acc.getRows() != getRows() ||
      acc.getCols() != a.getRows() || getElementType() != a.getElementType())
    return emitOpError("expected n x k times m x k of one type into n x m, "
                       "got ")
           << getWeights().getType() << ", " << a << ", " << acc;
  // warpgroup_mma_c2
  const MmaAtom *atom =
      findAtom(getAtom(), getElementType(), acc.getElementType());
  if (!atom)
    return emitNoAtom(*this, getAtom(), getElementType(), acc.getElementType());
  // warpgroup_mma_c3
  int64_t warps = getWarps();
  if (warps <= 0 || warps % kWarps != 0 ||
      acc.getRows() % (warps * atom->rows) != 0 ||
      acc.getCols() % atom->tokens != 0 || acc.getCols() > kMaxTokens ||
      getDepth() % atom->k != 0)
    return emitOpError("expected warps in fours x ")
           << atom->rows << "x" << atom->tokens << "x" << atom->k
           << " to divide the tile, and at most " << kMaxTokens
           << " tokens, got " << warps << " warps and " << acc << " by "
           << getDepth();
  // warpgroup_mma_c4
  int64_t rowBytes = a.getCols() * getElementBits(a.getElementType()) / 8;
  if (rowBytes % kLineBytes != 0)
    return emitOpError("expected rows of activations in lines of ")
           << kLineBytes << " bytes, got " << rowBytes << " bytes";
  // warpgroup_mma_c5
  if (SmemType shared = getSharedWeights();
      shared && getElementBits(shared.getElementType()) != kSharedBits)
    return emitOpError("expected weights of ")
           << kSharedBits << " bits in shared memory, got " << shared;
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
  // matrix_descriptor_c2
  std::optional<ArrayRef<int64_t>> strides = getMatrices();
  auto fits = [](int64_t bytes) {
    return bytes > 0 && bytes < kMostStride && bytes % kStrideUnit == 0;
  };
  if (strides && (strides->size() != 2 || !llvm::all_of(*strides, fits)))
    return emitOpError("expected two strides of core matrices, multiples of ")
           << kStrideUnit << " below " << kMostStride << ", got " << *strides;
  return success();
}

Type WarpgroupAtomOp::getOperandType() {
  if (std::optional<Type> element = getElement())
    return *element;
  return cast<VectorType>(getA().getType()).getElementType();
}

LogicalResult WarpgroupAtomOp::verify() {
  auto a = dyn_cast<VectorType>(getA().getType());
  auto c = cast<VectorType>(getResult().getType());
  // warpgroup_atom_c2
  if (!a != isShared() ||
      (isShared() && getElementBits(getOperandType()) != kSharedBits))
    return emitOpError("expected the type of operands of ")
           << kSharedBits << " bits beside a descriptor of a, and none beside "
           << "registers, got " << getA().getType();
  // warpgroup_atom_c1
  const MmaAtom *atom =
      findAtom(getAtom(), getOperandType(), c.getElementType());
  if (!atom)
    return emitNoAtom(*this, getAtom(), getOperandType(), c.getElementType());
  int64_t perToken = atom->fragC.regCount();
  if ((a && a.getNumElements() != atom->fragA.regCount()) ||
      c.getNumElements() % perToken != 0 ||
      c.getNumElements() / perToken * atom->tokens > kMaxTokens)
    return emitOpError("expected ")
           << atom->fragA.regCount() << " elements of a and " << perToken
           << " of c for every " << atom->tokens << " of at most " << kMaxTokens
           << " tokens, got " << getA().getType() << " and " << c;
  return success();
}
