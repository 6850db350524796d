//===- Ptxas.cpp - NVIDIA's assembler, when it is there -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hands the text over in temporary files and reads the result back.
//
//===----------------------------------------------------------------------===//

#include "Ptxas.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

static Error fail(const Twine &message) {
  return createStringError(inconvertibleErrorCode(), message);
}

static Expected<std::string> findPtxas(StringRef given) {
  if (!given.empty()) {
    ErrorOr<std::string> onPath = sys::findProgramByName(given);
    return onPath ? *onPath : given.str();
  }
  if (ErrorOr<std::string> found = sys::findProgramByName("ptxas"))
    return *found;
  if (ErrorOr<std::string> found =
          sys::findProgramByName("ptxas", {"/usr/local/cuda/bin"}))
    return *found;
  return fail("a cubin needs ptxas, which is neither on PATH nor in "
              "/usr/local/cuda/bin; name one with --ptxas, or emit ptx");
}

static Expected<std::string> readFile(StringRef path) {
  auto buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return fail(path + ": " + buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

/// The one target that `ptx` can be assembled for, or nothing where there are
/// more.
static StringRef onlyTargetOf(StringRef ptx) {
  StringRef target = ptx.split("\n.target ").second.take_until([](char c) {
    return c == '\n' || c == ',';
  });
  return target.ends_with("a") || target.ends_with("f") ? target : "";
}

Expected<humming::Assembled> humming::assemble(StringRef ptx, StringRef arch,
                                               StringRef ptxas) {
  Expected<std::string> program = findPtxas(ptxas);
  if (!program)
    return program.takeError();

  SmallString<128> source, cubin, report;
  for (auto [path, suffix] :
       {std::pair(&source, "ptx"), {&cubin, "cubin"}, {&report, "txt"}})
    if (std::error_code error =
            sys::fs::createTemporaryFile("humming", suffix, *path))
      return fail("no temporary file: " + error.message());
  FileRemover removeSource(source), removeCubin(cubin), removeReport(report);
  std::error_code error;
  raw_fd_ostream(source, error) << ptx;

  StringRef only = onlyTargetOf(ptx);
  std::string target = ("-arch=" + (only.empty() ? arch : only)).str();
  StringRef outputs[] = {"", report, report};
  std::optional<StringRef> redirects[] = {outputs[0], outputs[1], outputs[2]};
  std::string message;
  int status = sys::ExecuteAndWait(
      *program, {*program, target, "-v", "-o", cubin, source}, std::nullopt,
      redirects, /*SecondsToWait=*/0, /*MemoryLimit=*/0, &message);
  Expected<std::string> text = readFile(report);
  if (!text)
    return text.takeError();
  if (status != 0)
    return fail(Twine(*program) + " failed: " + message + *text);
  Expected<std::string> image = readFile(cubin);
  if (!image)
    return image.takeError();
  return Assembled{std::move(*image), std::move(*text)};
}
