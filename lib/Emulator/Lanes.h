//===- Lanes.h - Loops over the lanes of planes -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The loops of element-wise instructions. An operation is a stateless functor
// over cells; the loops over lanes have constant length and no aliasing, so the
// compiler vectorizes them.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_LANES_H
#define HUMMING_LIB_EMULATOR_LANES_H

#include "Program.h"

namespace humming::emulator {

template <typename Cell> inline Cell *lanesAt(uint8_t *regs, Plane plane) {
  return reinterpret_cast<Cell *>(regs + plane);
}

/// result[e] = op(inst, a[e])
template <typename To, typename From, typename Op>
void mapUnary(const Instruction &inst, uint8_t *regs) {
  for (unsigned e = 0; e < inst.elements; ++e) {
    To *__restrict result = lanesAt<To>(regs, inst.results[e]);
    const From *__restrict a = lanesAt<From>(regs, inst.operands[e]);
    for (unsigned lane = 0; lane < kLanes; ++lane)
      result[lane] = Op()(inst, a[lane]);
  }
}

/// result[e] = op(inst, a[e], b[e])
template <typename To, typename From, typename Op>
void mapBinary(const Instruction &inst, uint8_t *regs) {
  const unsigned n = inst.elements;
  for (unsigned e = 0; e < n; ++e) {
    To *__restrict result = lanesAt<To>(regs, inst.results[e]);
    const From *__restrict a = lanesAt<From>(regs, inst.operands[e]);
    const From *__restrict b = lanesAt<From>(regs, inst.operands[n + e]);
    for (unsigned lane = 0; lane < kLanes; ++lane)
      result[lane] = Op()(inst, a[lane], b[lane]);
  }
}

/// result[e] = op(inst, a[e], b[e], c[e])
template <typename To, typename From, typename Op>
void mapTernary(const Instruction &inst, uint8_t *regs) {
  const unsigned n = inst.elements;
  for (unsigned e = 0; e < n; ++e) {
    To *__restrict result = lanesAt<To>(regs, inst.results[e]);
    const From *__restrict a = lanesAt<From>(regs, inst.operands[e]);
    const From *__restrict b = lanesAt<From>(regs, inst.operands[n + e]);
    const From *__restrict c = lanesAt<From>(regs, inst.operands[2 * n + e]);
    for (unsigned lane = 0; lane < kLanes; ++lane)
      result[lane] = Op()(inst, a[lane], b[lane], c[lane]);
  }
}

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_LANES_H
