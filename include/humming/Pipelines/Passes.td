//===- Passes.td - Checks between the stages -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass that holds the forms of the IR.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_PIPELINES_PASSES_TD
#define HUMMING_PIPELINES_PASSES_TD

include "mlir/Pass/PassBase.td"

def VerifyForm : Pass<"humming-verify-form", "::mlir::ModuleOp"> {
  let summary = "only operations of one form";
  let description = [{
    Before: any module.
    After: the same module, in which every operation belongs to the form asked
    for, and, in the thread form, every value is of a builtin type (memory has
    one dimension and no layout). Everything else is an error at that operation
    that names the pass which should have removed it.

    | form | operations |
    |---|---|
    | problem | `func`, `humming`, `arith` and `math` in epilogues |
    | tile | `gpu.module`, `gpu.func`, tiles of `humming_tile`, `arith`, `math`, `scf`, `memref` |
    | thread | one thread's `gpu`, `arith`, `math`, `scf`, `vector`, `memref`, `nvgpu`; atoms of `humming_tile` |
    | nvvm | `gpu.module`, `llvm`, `nvvm` |

    The named pipelines run it between their stages.
  }];
  let options = [Option<
      "form", "form", "::humming::Form", /*default=*/"::humming::Form::Problem",
      "form that the module must have",
      [{::llvm::cl::values(
          clEnumValN(::humming::Form::Problem, "problem", "what is computed"),
          clEnumValN(::humming::Form::Tile, "tile", "how a block stages it"),
          clEnumValN(::humming::Form::Thread, "thread", "one thread's program"),
          clEnumValN(::humming::Form::NVVM, "nvvm", "llvm and nvvm operations"))}]>];
}

#endif // HUMMING_PIPELINES_PASSES_TD
