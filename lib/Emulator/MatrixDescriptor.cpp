//===- MatrixDescriptor.cpp - Operands of wgmma in memory -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two of the canonical layouts of the PTX ISA for operands along k: lines of
// 128 bytes, swizzled, and core matrices of eight rows of 16 bytes, anywhere.
//
//===----------------------------------------------------------------------===//

#include "MatrixDescriptor.h"
#include "Machine.h"

#include "llvm/ADT/Twine.h"

using llvm::Twine;

namespace humming::emulator {

/// PTX ISA, "Matrix Descriptor Format" of wgmma, in units of 16 bytes: the
/// start address in bits 0 to 13; the stride of the leading dimension, here
/// from a core matrix to the next along k, in bits 16 to 29; that from eight
/// rows to the next in bits 32 to 45. Swizzling by 128 bytes is 1 in bits 62
/// and 63, none is 0. The base offset (bits 49 to 51) is for patterns that are
/// not aligned.
static constexpr uint64_t kFieldMask = 0x3fff;
static constexpr unsigned kLeadingShift = 16;
static constexpr unsigned kStrideShift = 32;
static constexpr uint64_t kSwizzle128 = uint64_t(1) << 62;
/// The leading dimension's stride has no meaning in this mode.
static constexpr uint64_t kSwizzled =
    SharedOperand::kPatternBytes / SharedOperand::kChunkBytes << kStrideShift |
    kSwizzle128;
/// Eight rows of a chunk.
static constexpr uint64_t kCoreBytes =
    SharedOperand::kRows * SharedOperand::kChunkBytes;

std::optional<SharedOperand>
decodeDescriptor(const Instruction &inst, Warp &warp, const uint64_t *lanes) {
  using Operand = SharedOperand;
  uint64_t descriptor = lanes[0];
  auto fail = [&](HazardKind kind, const Twine &text,
                  std::optional<unsigned> lane,
                  std::optional<uint64_t> address = std::nullopt) {
    warp.fail(inst, kind, text, lane, address);
    return std::nullopt;
  };
  for (unsigned lane = 1; lane < kLanes; ++lane)
    if (lanes[lane] != descriptor)
      return fail(HazardKind::Invalid,
                  "expected one matrix descriptor in all lanes", lane);
  auto field = [&](unsigned shift) {
    return (descriptor >> shift & kFieldMask) * Operand::kChunkBytes;
  };
  uint64_t start = field(0), rest = descriptor & ~kFieldMask;
  if (rest == kSwizzled) {
    if (start % Operand::kPatternBytes >
        Operand::kLineBytes - Operand::kStepBytes)
      return fail(HazardKind::Misaligned,
                  "expected 32 bytes in the first line of a pattern aligned to "
                  "1024 bytes",
                  std::nullopt, start);
    return Operand{start, Operand::kLineBytes, Operand::kChunkBytes,
                   Operand::kPatternBytes, /*isSwizzled=*/true};
  }
  uint64_t leading = field(kLeadingShift), stride = field(kStrideShift);
  uint64_t known = kFieldMask << kLeadingShift | kFieldMask << kStrideShift;
  // Core matrices that overlap would be a mistake.
  if ((rest & ~known) || leading < kCoreBytes || stride < kCoreBytes)
    return fail(HazardKind::Invalid,
                "expected a matrix descriptor with a stride of 1024 bytes and "
                "swizzling by 128 bytes, or with two strides of at least 128 "
                "bytes and no swizzling, and nothing else, got 0x" +
                    Twine::utohexstr(descriptor),
                std::nullopt);
  return Operand{start, Operand::kChunkBytes, leading, stride,
                 /*isSwizzled=*/false};
}

} // namespace humming::emulator
