//===- RunGemm.cpp - One gemm from its problem to a verdict ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The reference gets the row-major buffers that the kernel gets packed.
//
//===----------------------------------------------------------------------===//

#include "RunGemm.h"

#include "humming/Emulator/Device.h"
#include "humming/InitAll.h"
#include "humming/JIT/Jit.h"
#include "humming/Reference/Reference.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace humming;
using namespace humming::fuzz;
using jit::BufferInfo;
using jit::BufferRole;

void fuzz::report(llvm::StringRef reason, llvm::StringRef ir,
                  const RunOptions &options) {
  llvm::errs() << "fuzz: " << reason << "\n  " << options.arch
               << ", m = " << options.m << ", seed " << options.seed
               << (options.data == reference::DataKind::Exact ? ", exact data"
                                                              : "")
               << '\n'
               << ir << '\n';
  abort();
}

/// Uploads the arguments, packs those that a launch takes packed, launches, and
/// returns the result.
static llvm::Expected<std::vector<uint8_t>>
launch(hrtDevice *device, jit::Gemm &gemm, int64_t m,
       llvm::ArrayRef<std::vector<uint8_t>> arguments) {
  std::vector<hrtPointer> addresses;
  llvm::scope_exit free([&] {
    for (hrtPointer address : addresses)
      hrtFree(device, address);
  });
  auto allocate = [&](uint64_t bytes) -> llvm::Expected<hrtPointer> {
    hrtPointer address = 0;
    if (llvm::Error error = jit::deviceError(hrtAlloc(device, bytes, &address)))
      return std::move(error);
    addresses.push_back(address);
    return address;
  };

  llvm::ArrayRef<BufferInfo> buffers = gemm.getProblem().buffers;
  std::vector<hrtPointer> operands;
  hrtPointer perm = 0;
  for (auto [index, buffer] : llvm::enumerate(buffers)) {
    llvm::Expected<hrtPointer> address = allocate(buffer.sizeFor(m));
    if (!address)
      return address.takeError();
    if (buffer.role != BufferRole::Result)
      if (llvm::Error error = jit::deviceError(
              hrtCopyIn(device, *address, arguments[index].data(),
                        arguments[index].size())))
        return std::move(error);
    if (buffer.role == BufferRole::Perm)
      perm = *address;
    operands.push_back(*address);
  }
  for (auto [buffer, address] : llvm::zip(buffers, operands)) {
    if (!buffer.packedBytes)
      continue;
    llvm::Expected<hrtPointer> packed = allocate(buffer.packedBytes);
    if (!packed)
      return packed.takeError();
    if (llvm::Error error =
            gemm.pack(buffer.role, address, *packed, /*stream=*/nullptr,
                      buffer.role == BufferRole::B ? perm : 0))
      return std::move(error);
    address = *packed;
  }
  if (llvm::Error error = gemm.launch(m, operands))
    return std::move(error);
  if (llvm::Error error =
          jit::deviceError(hrtSynchronize(device, /*stream=*/nullptr)))
    return std::move(error);
  std::vector<uint8_t> result(buffers.back().sizeFor(m));
  if (llvm::Error error = jit::deviceError(
          hrtCopyOut(device, result.data(), operands.back(), result.size())))
    return std::move(error);
  return result;
}

/// Compiles the kernel for options.m tokens. Null for what is refused.
static std::unique_ptr<jit::Gemm>
compile(jit::Jit &jit, const jit::Problem &problem, const RunOptions &options) {
  llvm::Expected<std::unique_ptr<jit::Gemm>> gemm = jit.add(problem);
  llvm::Error error =
      gemm ? (*gemm)->kernelFor(options.m).takeError() : gemm.takeError();
  if (!error)
    return std::move(*gemm);
  llvm::handleAllErrors(std::move(error), [&](const jit::JitError &error) {
    // Only the table of what lowers refuses, before anything is built.
    if (error.pass != "humming-check-target")
      report("refused late: " + error.text + " (in " + error.pass + ")",
             problem.ir, options);
    if (!llvm::StringRef(error.text).contains("; use ") &&
        !llvm::StringRef(error.text).contains("expected ") &&
        !llvm::StringRef(error.text).contains(" need") &&
        !llvm::StringRef(error.text).contains("they take "))
      report("refused without advice: " + error.text, problem.ir, options);
  });
  return nullptr;
}

void fuzz::runGemm(const jit::Problem &problem, const RunOptions &options) {
  std::unique_ptr<hrtDevice, void (*)(hrtDevice *)> device(
      emulator::openDevice(), hrtClose);
  auto jit = llvm::cantFail(jit::Jit::create(device.get(), options.arch));
  std::unique_ptr<jit::Gemm> gemm = compile(*jit, problem, options);
  if (!gemm)
    return;

  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  // Exact data may not exist for a problem: its error is not one.
  ScopedDiagnosticHandler quiet(&context, [](Diagnostic &) {});
  auto module = parseSourceString<ModuleOp>(problem.ir, &context);
  FailureOr<GemmOp> op = reference::findGemm(*module);
  auto arguments =
      reference::makeData(*op, options.m, options.seed, options.data);
  if (failed(arguments)) {
    if (options.data == reference::DataKind::Exact)
      return;
    report("no data", problem.ir, options);
  }
  auto result = launch(device.get(), *gemm, options.m, *arguments);
  if (!result)
    report(llvm::toString(result.takeError()), problem.ir, options);
  auto expected = reference::evaluate(*op, options.m, *arguments);
  if (failed(expected))
    report("the reference does not evaluate it", problem.ir, options);
  reference::Comparison comparison = reference::compare(*expected, *result);
  bool isWrong = options.data == reference::DataKind::Exact
                     ? comparison.differentBits
                     : comparison.beyondBound;
  if (isWrong)
    report(llvm::formatv("wrong at ({0}, {1}): expected {2}, got {3}, the "
                         "bound is {4}",
                         comparison.row, comparison.column, comparison.expected,
                         comparison.got, comparison.bound)
               .str(),
           problem.ir, options);
}
