//===- PackedLayout.cpp - layouts of packed weights -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The memory order of packed weights, scales and zero points.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/IR/PackedLayout.h"

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/HummingTile/IR/Units.h"
#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;

namespace humming::tile {

/// Signed, since mode extents are.
static int64_t ceilDiv(int64_t value, int64_t divisor) {
  return (value + divisor - 1) / divisor;
}

int64_t paddedRows(int64_t n) { return ceilDiv(n, kPackedRows) * kPackedRows; }

int64_t paddedCols(int64_t k) { return ceilDiv(k, kPackedCols) * kPackedCols; }

SmallVector<unsigned> planeWidths(unsigned bits) {
  SmallVector<unsigned> widths;
  for (unsigned width = 8; width > 0; width /= 2)
    if (bits & width)
      widths.push_back(width);
  return widths;
}

unsigned planeSlotBits(unsigned bits, unsigned width, unsigned operandBits) {
  return operandBits == 16 ? planeWidths(bits).front() : width;
}

LayoutAttr packedPlane(MLIRContext *context, unsigned width, unsigned slotBits,
                       unsigned operandBits, int64_t n, int64_t k,
                       bool inPairs) {
  int64_t perRegister = 32 / operandBits, perField = operandBits / width;
  int64_t numSlots = operandBits / slotBits;
  int64_t atomCols = 8 * perRegister, atoms = kPackedCols / atomCols;
  // Slots, a word or a run may end between two atoms.
  int64_t wordsPerRun = kRunBytes / 4;
  SmallVector<int64_t> atomModes;
  int64_t taken = 1;
  for (int64_t end : {numSlots / 4, perField / 4, perField * wordsPerRun / 4})
    if (end > taken && end < atoms) {
      atomModes.insert(atomModes.begin(), end / taken);
      taken = end;
    }
  atomModes.insert(atomModes.begin(), atoms / taken);

  // Rows: 0 tile, 1 rowhalf, 2 g. Columns: tile, atoms, khalf, t, low: one
  // mode, or the pair and the place in it.
  SmallVector<int64_t> rows = {paddedRows(n) / 16, 2, 8};
  SmallVector<int64_t> cols = {paddedCols(k) / kPackedCols};
  cols.append(atomModes);
  int64_t khalf = 3 + cols.size(), t = khalf + 1, low = khalf + 2;
  cols.append({2, 4});
  SmallVector<int64_t> fields = {low};
  if (inPairs) {
    cols.append({perRegister / 2, 2});
    fields = {low + 1, low};
  } else {
    cols.push_back(perRegister);
  }

  // The register number, most significant mode first, cut into runs, words,
  // codes of a slot and slots.
  SmallVector<std::pair<int64_t, int64_t>> digits; // mode, extent
  for (auto [index, extent] : llvm::enumerate(atomModes))
    digits.emplace_back(4 + index, extent);
  digits.emplace_back(khalf, 2);
  digits.emplace_back(/*rowhalf=*/1, 2);
  SmallVector<int64_t> runs, words, inSlot, slots;
  taken = 1;
  for (auto [mode, extent] : llvm::reverse(digits)) {
    SmallVectorImpl<int64_t> &list = taken < numSlots                 ? slots
                                     : taken < perField               ? inSlot
                                     : taken < perField * wordsPerRun ? words
                                                                      : runs;
    list.insert(list.begin(), mode);
    taken *= extent;
  }
  SmallVector<int64_t> offset = {0, 3};
  offset.append(runs);
  offset.append({/*g=*/2, t});
  offset.append(words);
  offset.append(fields);
  offset.append(slots);
  offset.append(inSlot);
  return LayoutAttr::get(context, rows, cols, {}, {}, offset, 0);
}

bool packsOperands(unsigned bits, unsigned operandBits) {
  return bits == 8 && operandBits == 8;
}

LayoutAttr packedOperand(MLIRContext *context, int64_t n, int64_t k) {
  int64_t rows[] = {paddedRows(n) / kPackedRows, kPackedRows};
  int64_t cols[] = {paddedCols(k) / kRunBytes, kRunBytes};
  int64_t offset[] = {0, 2, 1, 3};
  return LayoutAttr::get(context, rows, cols, {}, {}, offset, 0);
}

Attribute packedWeight(MLIRContext *context, unsigned bits,
                       unsigned operandBits, int64_t n, int64_t k,
                       bool inPairs) {
  if (packsOperands(bits, operandBits))
    return packedOperand(context, n, k);
  SmallVector<Attribute> planes =
      llvm::map_to_vector(planeWidths(bits), [&](unsigned width) -> Attribute {
        return packedPlane(context, width,
                           planeSlotBits(bits, width, operandBits), operandBits,
                           n, k, inPairs);
      });
  return planes.size() == 1 ? planes.front() : ArrayAttr::get(context, planes);
}

Attribute packedWeight(GemmOp gemm) {
  return packedWeight(gemm.getContext(), gemm.getCode().bits(),
                      gemm.getA().getType().getElementTypeBitWidth(),
                      gemm.getN(), gemm.getK(), gemm.foldsScales());
}

SmallVector<PackedPlane> packedPlanes(Attribute encoding, unsigned bits) {
  SmallVector<PackedPlane> planes;
  unsigned lowBit = 0;
  int64_t base = 0;
  auto add = [&](unsigned width, Attribute layout) {
    planes.push_back({width, lowBit, cast<LayoutAttr>(layout), base});
    lowBit += width;
    base += paddedElements(planes.back().layout) * width / 8;
  };
  if (auto layouts = dyn_cast<ArrayAttr>(encoding))
    for (auto [width, layout] : llvm::zip_equal(planeWidths(bits), layouts))
      add(width, layout);
  else
    add(bits, encoding);
  return planes;
}

int64_t packedBytes(Attribute encoding, unsigned bits) {
  PackedPlane last = packedPlanes(encoding, bits).back();
  return last.base + paddedElements(last.layout) * last.width / 8;
}

LayoutAttr packedScale(MLIRContext *context, int64_t n, int64_t k,
                       int64_t groupSize) {
  // Rows: 0 tile, 1 n / 8 % 8, 2 g. Columns: 3 group; one group has the padding
  // of k as well.
  int64_t rows[] = {ceilDiv(n, kPackedRows), 8, 8};
  int64_t cols[] = {groupSize < k ? ceilDiv(paddedCols(k), groupSize) : 1};
  int64_t offset[] = {3, 0, 2, 1};
  return LayoutAttr::get(context, rows, cols, {}, {}, offset, 0);
}

int64_t paddedElements(LayoutAttr layout) {
  return layout.getRows() * layout.getCols();
}

} // namespace humming::tile
