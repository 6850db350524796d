//===- Passes.td - Passes on the problem dialect -----------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The problem form's three passes, in the order in which they run. A pass
// either establishes its contract or emits a located error and fails.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMING_TRANSFORMS_PASSES_TD
#define HUMMING_DIALECT_HUMMING_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def Humming_ArchOption
    : Option<"arch", "arch", "std::string", [{"sm_80"}], "Target architecture, such as sm_80">;

def CheckTarget : Pass<"humming-check-target", "::mlir::ModuleOp"> {
  let summary = "Refuse every gemm that the target cannot run or the compiler cannot lower";
  let description = [{
    Before: any valid problem form.

    After: the IR is unchanged, and every `humming.gemm` lowers on `arch`: activations, code, zero
    points, scales, groups and accumulators are in the support table (`Transforms/Support.h`,
    printed as docs/Support.md), and so are result and epilogue. Each gemm is alone in
    a function with one block whose arguments are its operands and whose only result is its
    result.

    Refused is also what would leave the range of the operand type or of the accumulators:
    products of codes and scales, values of tables, sums over K.

    Anything else is an error at the op that says why and what would do: the oldest architecture,
    other activations, another place for the scales. An unknown `arch` is an error that lists the
    known ones.

    ```
    error: 'humming.gemm' op bf16 activations need sm_80 or newer, target is sm_75
    ```
  }];
  let options = [Humming_ArchOption];
}

def SelectSchedule : Pass<"humming-select-schedule", "::mlir::ModuleOp"> {
  let summary = "Give every gemm a schedule";
  let description = [{
    Before: problem form that has passed `humming-check-target` for the same `arch`.

    After: every `humming.gemm` has a `schedule` that fits the target: that of the first table of
    measured schedules that has one for the gemm's types and shape, `gpu`, `arch` and the bucket of
    `tokens`, else the one of the least estimated time. The tables are `table` and those that are part
    of the compiler; a line of `table` that cannot be read is an error, and so is an entry that does not fit.
    A schedule that is already there is kept; one that does not fit the gemm or the target is an error.

    IR before:

    ```mlir
    func.func @f(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
                 %s: tensor<256x4xf16>) -> tensor<?x256xf32> {
      %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
           scale(%s : tensor<256x4xf16>) -> tensor<?x256xf32> {
      ^bb0(%acc: f32):
        humming.yield %acc : f32
      }
      return %c : tensor<?x256xf32>
    }
    ```

    IR after, for 16 tokens:

    ```mlir
    #schedule = #humming.schedule<block = [64, 16, 128], warps = [4, 1], stages = 4, mma = m16n8k16,
                                  copy = cp_async, split_k = 1>
    func.func @f(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
                 %s: tensor<256x4xf16>) -> tensor<?x256xf32> {
      %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
           scale(%s : tensor<256x4xf16>) -> tensor<?x256xf32> attributes {schedule = #schedule} {
      ^bb0(%acc: f32):
        humming.yield %acc : f32
      }
      return %c : tensor<?x256xf32>
    }
    ```
  }];
  let options = [
    Humming_ArchOption,
    Option<"tokens", "tokens", "int64_t", "0",
           "Most rows of the activations that the kernel is for; 0: those of the type, or no limit">,
    Option<"gpu", "gpu", "std::string", [{""}],
           "GPU that the kernel is for, by the name that its driver gives; none: the typical one of arch">,
    Option<"multiprocessors", "multiprocessors", "int64_t", "0",
           "Multiprocessors of that GPU; 0: those of its row in Arch.td">,
    Option<"table", "table", "std::string", [{""}],
           "File of measured schedules, asked before those of the compiler">];
}

def PackOperands : Pass<"humming-pack-operands", "::mlir::ModuleOp"> {
  let summary = "Give the coded operands of every gemm their packed layout";
  let description = [{
    Before: problem form in which every `humming.gemm` is alone in its function.

    After: the types of those operands, and of the function's arguments behind them, carry a
    `#humming_tile.layout` encoding, which is a function of code, scale type, activation type and
    shape only: never of the target, the schedule or M. Scale and zero points have a row for
    each row of the weights, and the gemm a `scale_block` only where the last group is short.
    Zero points that are codes become `u8`: a byte each.
    For each function `@f` a function `@f.prepare` takes the plain operands, then the permutation
    if there is one, and returns the packed ones: one `humming.pack` each. The weights are packed
    in permuted order; the gemm keeps its permutation, for the activations.
    A gemm that is packed already stays as it is.

    IR before (`@f`'s arguments), then after:

    ```
    func.func @f(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>, ...)

    func.func @f(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>, #layout>, ...)
    func.func @f.prepare(%w: tensor<256x512x!humming.code<u4>>, ...)
        -> (tensor<256x512x!humming.code<u4>, #layout>, ...)
    ```
  }];
  let dependentDialects = ["::humming::tile::HummingTileDialect"];
}

#endif // HUMMING_DIALECT_HUMMING_TRANSFORMS_PASSES_TD
