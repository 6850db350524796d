//===- TensorMap.h - Tensor maps of the emulator ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the emulated device keeps in the opaque bytes of a tensor map.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_TENSORMAP_H
#define HUMMING_LIB_EMULATOR_TENSORMAP_H

#include "humming-rt/humming_rt.h"

#include <cstring>
#include <optional>

namespace humming::emulator {

/// Marks bytes that encodeTensorMap has written.
constexpr uint64_t kTensorMapMark = 0x70616d20726f736e;

inline void encodeTensorMap(const hrtTensor &tensor, hrtTensorMap &map) {
  static_assert(sizeof(uint64_t) + sizeof(tensor) <= sizeof(map));
  std::memset(&map, 0, sizeof map);
  map.bytes[0] = kTensorMapMark;
  std::memcpy(&map.bytes[1], &tensor, sizeof tensor);
}

/// The tensor of a map, or nothing where `bytes` hold no map.
inline std::optional<hrtTensor> decodeTensorMap(const uint8_t *bytes) {
  uint64_t mark;
  std::memcpy(&mark, bytes, sizeof mark);
  if (mark != kTensorMapMark)
    return std::nullopt;
  hrtTensor tensor;
  std::memcpy(&tensor, bytes + sizeof mark, sizeof tensor);
  return tensor;
}

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_TENSORMAP_H
