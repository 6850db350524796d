//===- FixedOrder.h - One order of addition for every M ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What selectSchedule and checkSchedule ask about gemms of `order = fixed`.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_DIALECT_HUMMING_TRANSFORMS_FIXEDORDER_H
#define HUMMING_LIB_DIALECT_HUMMING_TRANSFORMS_FIXEDORDER_H

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Target/Arch.h"

namespace humming {

/// The schedule of least time for `tokens` rows on `gpu` among those that add
/// in `order`.
ScheduleAttr selectInOrder(GemmOp gemm, const Arch &arch, const Gpu &gpu,
                           int64_t tokens, OrderAttr order);

/// Emits an error and fails when the numerics of `gemm` fix the order and a
/// kernel of `schedule` would add in another.
mlir::LogicalResult checkOrder(GemmOp gemm, ScheduleAttr schedule,
                               const Arch &arch);

} // namespace humming

#endif // HUMMING_LIB_DIALECT_HUMMING_TRANSFORMS_FIXEDORDER_H
