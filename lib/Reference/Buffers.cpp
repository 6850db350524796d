//===- Buffers.cpp - Tensors as row-major bytes ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elements of 8 bits and fewer are codes to Quantize.h, wider ones are
// little-endian words.
//
//===----------------------------------------------------------------------===//

#include "Buffers.h"

#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/Numerics/Quantize.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace humming;
using namespace humming::reference;

Extent reference::extentFor(RankedTensorType type, int64_t m) {
  auto size = [&](int64_t dim) -> size_t {
    return type.isDynamicDim(dim) ? m : type.getDimSize(dim);
  };
  return type.getRank() == 1 ? Extent{1, size(0)} : Extent{size(0), size(1)};
}

size_t reference::byteSize(Extent extent, unsigned bits) {
  return extent.rows * rowBytes(extent.columns, bits);
}

std::vector<uint32_t> reference::readBits(ArrayRef<uint8_t> bytes,
                                          Extent extent, unsigned bits) {
  std::vector<uint32_t> elements(extent.size());
  if (bits <= 8) {
    std::vector<uint8_t> codes =
        unpackRows(bytes.data(), extent.rows, extent.columns, bits);
    llvm::copy(codes, elements.begin());
    return elements;
  }
  for (size_t i = 0, width = bits / 8; i < elements.size(); ++i)
    for (size_t byte = 0; byte < width; ++byte)
      elements[i] |= uint32_t(bytes[i * width + byte]) << 8 * byte;
  return elements;
}

std::vector<uint8_t> reference::writeBits(ArrayRef<uint32_t> elements,
                                          Extent extent, unsigned bits) {
  if (bits <= 8) {
    std::vector<uint8_t> codes(elements.begin(), elements.end());
    return packRows(codes.data(), extent.rows, extent.columns, bits);
  }
  size_t width = bits / 8;
  std::vector<uint8_t> bytes(elements.size() * width);
  for (size_t i = 0; i < elements.size(); ++i)
    for (size_t byte = 0; byte < width; ++byte)
      bytes[i * width + byte] = elements[i] >> 8 * byte;
  return bytes;
}

unsigned reference::elementBits(Type type) {
  if (auto code = dyn_cast<CodeType>(type))
    return code.getBits();
  std::optional<ScalarKind> kind = scalarKind(type);
  return kind ? bitWidth(*kind) : 0;
}
