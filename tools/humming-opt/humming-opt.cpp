//===- humming-opt.cpp - Every dialect, pass and named pipeline -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads a module, runs the passes asked for, prints the module: the program
// that the dialect and pass tests drive.
//
//===----------------------------------------------------------------------===//

#include "ToolMain.h"
#include "humming/InitAll.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

HUMMING_TOOL_MAIN hummingOptMain(int argc, char **argv) {
  mlir::DialectRegistry registry;
  humming::registerAllDialects(registry);
  humming::registerAllPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(
      argc, argv, "Humming: dialects, passes and named pipelines\n", registry));
}
