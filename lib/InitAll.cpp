//===- InitAll.cpp - Register everything ----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The only file that names every dialect.
//
//===----------------------------------------------------------------------===//

#include "humming/InitAll.h"
#include "humming/Conversion/Passes.h"
#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/Humming/Transforms/Passes.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Dialect/HummingTile/Transforms/Passes.h"
#include "humming/Pipelines/Pipelines.h"
#include "humming/Target/PtxEmission.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void humming::registerAllDialects(DialectRegistry &registry) {
  registry.insert<HummingDialect, tile::HummingTileDialect, arith::ArithDialect,
                  func::FuncDialect, gpu::GPUDialect, LLVM::LLVMDialect,
                  math::MathDialect, memref::MemRefDialect, nvgpu::NVGPUDialect,
                  NVVM::NVVMDialect, scf::SCFDialect, tensor::TensorDialect,
                  vector::VectorDialect>();
  registerPtxTranslations(registry);
}

void humming::registerAllPasses() {
  registerCanonicalizerPass();
  registerCSEPass();
  registerHummingPasses();
  tile::registerHummingTilePasses();
  registerHummingConversionPasses();
  registerPipelines();
}
