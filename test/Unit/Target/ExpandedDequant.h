//===- ExpandedDequant.h - What a dequant_atom expands to -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TEST_UNIT_TARGET_EXPANDEDDEQUANT_H
#define HUMMING_TEST_UNIT_TARGET_EXPANDEDDEQUANT_H

#include "humming/Dialect/HummingTile/Transforms/Passes.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

/// `source`, a module with one function around a dequant_atom, expanded; null
/// where that fails.
inline mlir::OwningOpRef<mlir::ModuleOp>
expandDequant(const std::string &source, mlir::MLIRContext &context) {
  auto module = mlir::parseSourceString<mlir::ModuleOp>(source, &context);
  mlir::PassManager passes(&context, mlir::ModuleOp::getOperationName());
  passes.nest<mlir::gpu::GPUModuleOp>().addPass(
      humming::tile::createExpandDequant());
  if (!module || failed(passes.run(*module)))
    return nullptr;
  return module;
}

/// The body of the only function of `module`.
inline mlir::Block &bodyOf(mlir::ModuleOp module) {
  mlir::gpu::GPUFuncOp function;
  module.walk([&](mlir::gpu::GPUFuncOp op) { function = op; });
  return function.getBody().front();
}

#endif // HUMMING_TEST_UNIT_TARGET_EXPANDEDDEQUANT_H
