//===- ScheduleText.h - Schedules in one line -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// "block=128x64x128 warps=4x1 stages=4 mma=m64k16": how a command line and a
// table of measured schedules spell #humming.schedule.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMING_TRANSFORMS_SCHEDULETEXT_H
#define HUMMING_DIALECT_HUMMING_TRANSFORMS_SCHEDULETEXT_H

#include "humming/Dialect/Humming/IR/Humming.h"
#include "llvm/Support/Error.h"

#include <array>
#include <optional>
#include <string>

namespace humming {

/// Some fields of a schedule. The order of block and warps is that of
/// #humming.schedule: n first.
struct ScheduleFields {
  std::optional<std::array<int64_t, 3>> block;
  std::optional<std::array<int64_t, 2>> warps;
  std::optional<int64_t> stages, splitK, blocks, prefetch, cluster, turns;
  std::string mma; ///< empty: not given
  std::optional<CopyKind> copy;
  std::optional<StoreKind> store;
  std::optional<FixupKind> fixup;

  /// Reads "block=64x16x128 warps=4x1 stages=2", each field optional. The error
  /// is one line that says what fields there are.
  static llvm::Expected<ScheduleFields> parse(llvm::StringRef text);

  /// The schedule with these fields, the others from `base`. Null, with an
  /// error by `emitError`, when it does not verify.
  ScheduleAttr
  apply(ScheduleAttr base,
        llvm::function_ref<mlir::InFlightDiagnostic()> emitError) const;

  /// The schedule with these fields, in which those that have no default must
  /// be: null, with an error, when one is not, or it does not verify.
  ScheduleAttr
  build(mlir::MLIRContext *context,
        llvm::function_ref<mlir::InFlightDiagnostic()> emitError) const;
};

/// `schedule` as ScheduleFields::parse reads it, without the fields that have
/// their default.
std::string scheduleText(ScheduleAttr schedule);

} // namespace humming

#endif // HUMMING_DIALECT_HUMMING_TRANSFORMS_SCHEDULETEXT_H
