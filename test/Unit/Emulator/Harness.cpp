//===- Harness.cpp - Running a kernel in a test ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Harness.h.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;

namespace humming::emulator {

std::string edited(std::string text, const std::string &from,
                   const std::string &to, unsigned nth) {
  size_t at = text.find(from);
  for (; nth && at != std::string::npos; --nth)
    at = text.find(from, at + 1);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

Harness::Harness() : context(MLIRContext::Threading::DISABLED) {
  DialectRegistry registry;
  registry.insert<DLTIDialect, gpu::GPUDialect, LLVM::LLVMDialect,
                  NVVM::NVVMDialect>();
  context.appendDialectRegistry(registry);
  config.block = {32, 1, 1};
}

std::string Harness::wrap(StringRef body) {
  return ("gpu.module @kernels {\n"
          "llvm.mlir.global external @smem() {addr_space = 3 : i32, alignment "
          "= 16 : i64} : !llvm.array<0 x i8>\n"
          "llvm.func @kernel(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>) attributes "
          "{nvvm.kernel} {\n" +
          body + "\nllvm.return\n}\n}")
      .str();
}

std::unique_ptr<Module> Harness::parse(StringRef text) {
  diagnostics.clear();
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    llvm::raw_string_ostream(diagnostics) << diagnostic << '\n';
  });
  OwningOpRef<ModuleOp> parsed =
      parseSourceString<ModuleOp>(text, &context, "test");
  EXPECT_TRUE(parsed) << diagnostics << text.str();
  if (!parsed)
    return nullptr;
  auto modules = parsed->getOps<gpu::GPUModuleOp>();
  FailureOr<std::unique_ptr<Module>> decoded = Module::decode(*modules.begin());
  return failed(decoded) ? nullptr : std::move(*decoded);
}

std::unique_ptr<Module> Harness::parseFile(StringRef name) {
  auto buffer =
      llvm::MemoryBuffer::getFile(HUMMING_KERNELS "/" + name.str() + ".mlir");
  EXPECT_TRUE(bool(buffer)) << name.str();
  return buffer ? parse((*buffer)->getBuffer()) : nullptr;
}

} // namespace humming::emulator
