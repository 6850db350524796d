//===- Passes.td - Conversions between dialects ------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contracts of the conversions: what holds before, what is gone after.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_CONVERSION_PASSES_TD
#define HUMMING_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertHummingToTile : Pass<"convert-humming-to-tile", "::mlir::ModuleOp"> {
  let summary = "one kernel for each gemm and each packed operand";
  let description = [{
    Before: problem form; every gemm has a schedule and packed operands.
    After: one gpu.module `kernels` with a kernel in tile form for each gemm and
    each packing; no `humming` op is left.
  }];
  let dependentDialects = ["::humming::tile::HummingTileDialect", "::mlir::arith::ArithDialect",
                           "::mlir::gpu::GPUDialect", "::mlir::math::MathDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
  let options = [Option<"arch", "arch", "std::string", /*default=*/"\"sm_80\"",
                        "architecture the kernels are for">];
}

def ConvertHummingTileToNVVM : Pass<"convert-humming-tile-to-nvvm", "::mlir::gpu::GPUModuleOp"> {
  let summary = "one thread's program to the llvm and nvvm dialects";
  let description = [{
    Before: thread form without dequant_atom.
    After: nvvm form: the gpu.module holds llvm.func kernels (`nvvm.kernel`,
    `nvvm.reqntid`) and one external array of bytes in shared memory; only llvm and
    nvvm operations are left. Rank-1 memrefs are bare pointers. What the
    architecture lacks is an error that names the least architecture that has it.

    ```
    // before
    gpu.func @f(%a: memref<?xf16, 1>, %m: i32) kernel attributes {humming_tile.launch = ...} {
      %d = humming_tile.mma_atom "m16n8k16" %w, %x, %c : vector<8xf16>, vector<4xf16>, vector<4xf32>
      ...
    // after
    llvm.func @f(%a: !llvm.ptr<1>, %m: i32) attributes {gpu.kernel, nvvm.kernel, nvvm.reqntid = array<i32: 128, 1, 1>, ...} {
      %d = llvm.call_intrinsic "llvm.nvvm.mma.m16n8k16.row.col.f32.f32"(...) : ...
      ...
    ```
  }];
  let options = [Option<"arch", "arch", "std::string", /*default=*/"\"sm_80\"",
                        "architecture whose instructions may be used">];
  // And NVVM, which the pass adds itself: its header is costly to include.
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::cf::ControlFlowDialect",
                           "::mlir::vector::VectorDialect", "::mlir::arith::ArithDialect",
                           "::mlir::ub::UBDialect"];
}

#endif // HUMMING_CONVERSION_PASSES_TD
