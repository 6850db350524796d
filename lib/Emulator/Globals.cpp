//===- Globals.cpp - Where the module's globals lie -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lays out the globals of a kernel's module: those of address space 3 in shared
// memory, the dynamic part last; arrays of constants, in any other space, in a
// window of the generic address space that nobody can write.
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace humming::emulator {

static constexpr unsigned kSharedSpace = 3;

FailureOr<uint64_t> Decoder::globalAddress(Operation *op, StringRef global) {
  auto found = globalAddresses.find(global);
  if (found == globalAddresses.end()) {
    (void)refuse(op, "'" + global +
                         "' is neither in shared memory nor an array of "
                         "constants");
    return failure();
  }
  return found->second;
}

/// The bytes of an array of constants, whose elements are whole bytes, or
/// nothing where `value` is no such array.
static std::optional<std::vector<uint8_t>> bytesOf(Attribute value) {
  if (auto text = dyn_cast_or_null<StringAttr>(value))
    return std::vector<uint8_t>(text.getValue().bytes_begin(),
                                text.getValue().bytes_end());
  auto dense = dyn_cast_or_null<DenseElementsAttr>(value);
  if (!dense || !dense.getElementType().isIntOrFloat() ||
      dense.getElementType().getIntOrFloatBitWidth() % 8 != 0)
    return std::nullopt;
  std::vector<uint8_t> bytes;
  auto add = [&](const APInt &element) {
    for (unsigned bit = 0; bit < element.getBitWidth(); bit += 8)
      bytes.push_back(uint8_t(element.extractBitsAsZExtValue(8, bit)));
  };
  if (isa<FloatType>(dense.getElementType()))
    for (const APFloat &element : dense.getValues<APFloat>())
      add(element.bitcastToAPInt());
  else
    for (const APInt &element : dense.getValues<APInt>())
      add(element);
  return bytes;
}

LogicalResult Decoder::layoutGlobals() {
  uint64_t offset = 0;
  uint64_t dynamicAlignment = 16;
  SmallVector<StringRef> dynamic;
  for (auto global :
       kernel->getParentOp()->getRegion(0).getOps<LLVM::GlobalOp>()) {
    if (global.getAddrSpace() != kSharedSpace) {
      std::optional<std::vector<uint8_t>> bytes =
          bytesOf(global.getValueOrNull());
      if (global.getConstant() && bytes)
        globalAddresses[global.getSymName()] =
            program.addConstants(std::move(*bytes));
      continue;
    }
    uint64_t alignment =
        std::max<uint64_t>(global.getAlignment().value_or(1),
                           layout.getTypeABIAlignment(global.getGlobalType()));
    uint64_t size = layout.getTypeSize(global.getGlobalType());
    if (size == 0) {
      dynamicAlignment = std::max(dynamicAlignment, alignment);
      dynamic.push_back(global.getSymName());
      continue;
    }
    offset = llvm::alignTo(offset, alignment);
    globalAddresses[global.getSymName()] = offset;
    offset += size;
  }
  // Dynamic shared memory follows; all its names are the same memory.
  if (!dynamic.empty())
    offset = llvm::alignTo(offset, dynamicAlignment);
  sharedAlignment = dynamicAlignment;
  for (StringRef name : dynamic)
    globalAddresses[name] = offset;
  program.staticSharedBytes = offset;
  return success();
}

} // namespace humming::emulator
