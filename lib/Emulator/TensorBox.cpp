//===- TensorBox.cpp - Boxes of tensor maps -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which bytes of memory the lines of a box are: rows and columns that are not
// in the tensor have none.
//
//===----------------------------------------------------------------------===//

#include "TensorBox.h"
#include "Machine.h"

#include "llvm/ADT/Twine.h"

#include <algorithm>

using llvm::Twine;

namespace humming::emulator {

/// Lines after which the swizzle repeats.
static constexpr uint64_t kPatternLines = 8;

llvm::SmallVector<BoxLine> linesOf(const hrtTensor &tensor, int64_t column,
                                   int64_t row) {
  llvm::SmallVector<BoxLine> lines;
  int64_t elements = kBoxLineBytes / tensor.elementBytes;
  int64_t first = std::max<int64_t>(column, 0);
  int64_t last = std::min<int64_t>(column + elements, tensor.cols);
  for (int64_t line = 0; first < last && line < tensor.boxRows; ++line)
    if (row + line >= 0 && row + line < int64_t(tensor.rows))
      lines.push_back(
          {tensor.address + (row + line) * tensor.rowBytes +
               first * tensor.elementBytes,
           uint32_t((last - first) * tensor.elementBytes),
           line * kBoxLineBytes + (first - column) * tensor.elementBytes});
  return lines;
}

uint64_t swizzle(uint64_t offset, uint64_t byte) {
  return byte ^ (offset + byte) / kBoxLineBytes % kPatternLines * kBulkBytes;
}

std::optional<hrtTensor> findTensor(const Instruction &inst, Warp &warp,
                                    unsigned lane, uint64_t address) {
  const std::vector<uint8_t> &parameters = warp.machine.parameters;
  uint64_t start = address - kParameterWindow;
  std::optional<hrtTensor> tensor;
  if (start < parameters.size() &&
      parameters.size() - start >= sizeof(hrtTensorMap))
    tensor = decodeTensorMap(parameters.data() + start);
  if (!tensor)
    warp.fail(inst, HazardKind::Invalid,
              "expected the address of a parameter that is a tensor map", lane,
              address);
  return tensor;
}

bool checkAligned(const Instruction &inst, Warp &warp, unsigned lane,
                  uint64_t address, uint64_t alignment) {
  if (address % alignment == 0)
    return true;
  warp.fail(inst, HazardKind::Misaligned,
            "expected an address that is a multiple of " + Twine(alignment),
            lane, address);
  return false;
}

} // namespace humming::emulator
