//===- Buffers.h - Tensors as row-major bytes -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Element types, and reading and writing of rows that fill whole bytes.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_REFERENCE_BUFFERS_H
#define LIB_REFERENCE_BUFFERS_H

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Numerics/Float.h"

#include <vector>

namespace humming::reference {

/// Rows and columns of a tensor for `m` tokens; a vector is one row.
struct Extent {
  size_t rows, columns;
  size_t size() const { return rows * columns; }
};
Extent extentFor(mlir::RankedTensorType type, int64_t m);

/// Bytes of a row-major buffer of elements of `bits` bits.
size_t byteSize(Extent extent, unsigned bits);

/// The elements' bit patterns, from a buffer of byteSize bytes, and back.
std::vector<uint32_t> readBits(llvm::ArrayRef<uint8_t> bytes, Extent extent,
                               unsigned bits);
std::vector<uint8_t> writeBits(llvm::ArrayRef<uint32_t> elements, Extent extent,
                               unsigned bits);

/// Width of a code or of a scalar that scalarKind knows; 0 for others.
unsigned elementBits(mlir::Type type);

} // namespace humming::reference

#endif // LIB_REFERENCE_BUFFERS_H
