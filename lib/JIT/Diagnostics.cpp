//===- Diagnostics.cpp - Diagnostics as errors ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The first error gives op and location; whatever follows it is kept as text.
//
//===----------------------------------------------------------------------===//

#include "Diagnostics.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace humming::jit;

/// "file:line:column" of the first source location in `location`, or "".
static std::string describe(Location location) {
  auto file = location->findInstanceOf<FileLineColLoc>();
  if (!file)
    return "";
  return (file.getFilename().getValue() + ":" + Twine(file.getLine()) + ":" +
          Twine(file.getColumn()))
      .str();
}

DiagnosticCollector::DiagnosticCollector(MLIRContext *context)
    : handler(context, [this](Diagnostic &diagnostic) {
        add(diagnostic);
        return success();
      }) {}

void DiagnosticCollector::add(Diagnostic &diagnostic) {
  if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
    return;
  std::string text = diagnostic.str();
  if (message.empty()) {
    location = describe(diagnostic.getLocation());
    // emitOpError starts with the op's name: "'humming.gemm' op expected ...".
    StringRef rest = text;
    if (rest.consume_front("'") && rest.contains("' op "))
      op = rest.take_until([](char c) { return c == '\''; }).str();
    message = text;
  } else {
    message += "\n" + describe(diagnostic.getLocation()) + ": error: " + text;
  }
  for (Diagnostic &note : diagnostic.getNotes())
    message += "\n" + describe(note.getLocation()) + ": note: " + note.str();
}

llvm::Error DiagnosticCollector::takeError(StringRef pass) {
  if (message.empty())
    message = "failed without saying why";
  auto error =
      std::make_unique<JitError>(ErrorKind::CompileFailed, std::move(message));
  error->pass = pass.str();
  error->op = std::move(op);
  error->location = std::move(location);
  message.clear();
  return llvm::Error(std::move(error));
}
