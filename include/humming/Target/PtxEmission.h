//===- PtxEmission.h - From the nvvm form to PTX text -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The last step of the compiler: nvvm form to LLVM IR, LLVM's optimizer and its
// NVPTX backend, all in this process and from the IR in memory.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TARGET_PTXEMISSION_H
#define HUMMING_TARGET_PTXEMISSION_H

#include "humming/Target/Arch.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Support/LLVM.h"
#include <string>

namespace humming {

/// What emitPtx produced and what it cost.
struct PtxResult {
  /// PTX text of every kernel of the module.
  std::string ptx;
  /// PTX ISA version of its `.version` directive, times ten: the lowest that
  /// the target and the instructions of these kernels need.
  unsigned ptxVersion = 0;
  /// Wall time of each step, in milliseconds.
  double translateMs = 0;
  double optimizeMs = 0;
  double codegenMs = 0;
};

/// Registers what the translation to LLVM IR needs. Call it on the registry of
/// every context whose modules are emitted.
void registerPtxTranslations(mlir::DialectRegistry &registry);

/// Emits PTX for `arch` from a gpu.module in nvvm form, which is left as it is.
/// Failures are reported as diagnostics at the module. Safe to call from
/// several threads for modules of different contexts.
mlir::FailureOr<PtxResult> emitPtx(mlir::gpu::GPUModuleOp module,
                                   const Arch &arch);

/// The optimized LLVM IR, as text, that emitPtx hands to the backend.
mlir::FailureOr<std::string> emitLlvm(mlir::gpu::GPUModuleOp module,
                                      const Arch &arch);

} // namespace humming

#endif // HUMMING_TARGET_PTXEMISSION_H
