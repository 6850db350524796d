//===- TablesTest.cpp - tables of measured schedules in use ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every entry that is shipped still fits the problem that it names, and a JIT
// follows the table that it is given, for its own device.
//
//===----------------------------------------------------------------------===//

#include "Support.h"

#include "humming/Dialect/Humming/Transforms/ScheduleTable.h"
#include "humming/InitAll.h"
#include "humming/Reference/Reference.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/FormatVariadic.h"

#include "gtest/gtest.h"

using namespace humming;
using namespace humming::jit;
using namespace humming::jit::test;
using llvm::StringRef;

/// A number, or 0 for the words that stand for all of them.
static int64_t sizeOf(StringRef text) {
  int64_t size = 0;
  text.getAsInteger(10, size);
  return size;
}

/// The problem that the types of an entry are those of: its words are options
/// of humming-bench.
static GemmProblem problemOf(const TableEntry &entry) {
  GemmProblem problem;
  problem.n = entry.n;
  problem.k = entry.k;
  problem.scale = std::nullopt;
  llvm::SmallVector<StringRef> words;
  llvm::SplitString(entry.types, words);
  for (StringRef word : words) {
    auto [key, value] = word.split('=');
    if (key == "a")
      problem.activation = *parseScalar(value);
    else if (key == "w")
      problem.code = value.str();
    else if (key == "c")
      problem.output = *parseScalar(value);
    else if (key == "acc")
      problem.accumulator = *parseScalar(value);
    else if (key == "scale")
      problem.scale = *parseScalar(value);
    else if (key == "group") {
      auto [rows, columns] = value.split('x');
      problem.rows = value == "tensor" ? 0 : columns.empty() ? 1 : sizeOf(rows);
      problem.group = sizeOf(columns.empty() ? rows : columns);
    } else if (key == "on")
      problem.scalePlace =
          value == "operand" ? ScalePlace::Operand : ScalePlace::Accumulator;
    else if (key == "zero")
      problem.zero = value == "code" ? ZeroKind::Code : ZeroKind::Number;
    else if (key == "input-scale") {
      problem.inputScale = InputScale::Token;
      problem.inputScaleType = *parseScalar(value);
    } else if (key == "input-group")
      problem.inputGroup = sizeOf(value);
    else if (key == "global-scale")
      problem.globalScale = true;
    else if (key == "perm")
      problem.perm = true;
    else if (key == "order")
      problem.fixedOrder = true;
    else
      ADD_FAILURE() << "no such word: " << word.str();
  }
  return problem;
}

/// What is wrong with an entry of `table`; "" when the compiler uses it.
static std::string faultOf(const ScheduleTable &table,
                           const TableEntry &entry) {
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  std::string reason;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &d) {
    reason += d.str();
    return mlir::success();
  });
  auto module = buildProblem(&context, problemOf(entry));
  if (!module)
    return llvm::toString(module.takeError());
  GemmOp gemm = *reference::findGemm(**module);
  const Arch &arch = *lookupArch(entry.arch);
  if (failed(checkTarget(gemm, arch)))
    return reason;
  ChosenSchedule chosen =
      chooseSchedule(gemm, arch, gpuFor(arch, entry.gpu), entry.tokens, &table);
  if (chosen.entry != &entry)
    return "is not found by its problem, " + typesText(gemm);
  return chosen.schedule ? "" : reason;
}

TEST(Tables, EveryShippedEntryFits) {
  for (const ScheduleTable &table : shippedTables())
    for (const TableEntry &entry : table.getEntries())
      EXPECT_EQ(faultOf(table, entry), "")
          << table.getName().str() << ":" << entry.line;
}

TEST(Tables, EntriesOfManyTypesAreFoundByTheirProblems) {
  const char *types[] = {
      "a=f16 w=u4 c=f16 acc=f32 scale=f16 group=128 on=operand",
      "a=bf16 w=u4 c=bf16 acc=f32 scale=bf16 group=channel on=accumulator",
      "a=f16 w=e3m2 c=f16 acc=f32 scale=f32 group=tensor on=accumulator",
      "a=f16 w=u4 c=f16 acc=f32 scale=f16 group=128 on=operand zero=code perm",
      "a=f16 w=nf4 c=f16 acc=f32 scale=f16 group=64 on=operand",
      "a=i8 w=u4 c=f16 acc=i32 scale=f32 group=channel on=accumulator "
      "input-scale=f32 input-group=token",
      "a=e4m3 w=e4m3 c=bf16 acc=f32 scale=f32 group=128x128 on=accumulator "
      "input-scale=f32 input-group=128",
      "a=f16 w=u4 c=f16 acc=f32 scale=f16 group=128 on=operand order=fixed"};
  for (const char *text : types) {
    bool isNarrow = StringRef(text).starts_with("a=i8") ||
                    StringRef(text).starts_with("a=e4");
    // A fixed order is that of products of warpgroups here.
    bool isFixed = StringRef(text).ends_with("order=fixed");
    const char *mma = isNarrow ? "m16n8k32" : isFixed ? "m64k16" : "m16n8k16";
    std::string line = llvm::formatv(
        "H100 sm_90 | {0} | n=512 k=1024 m=16 | block=64x16x64 warps=4x1 "
        "stages=3 mma={1} copy=cp_async | 4.00 us at 16",
        text, mma);
    ScheduleTable table = llvm::cantFail(ScheduleTable::parse(line, "t"));
    EXPECT_EQ(faultOf(table, table.getEntries().front()), "") << text;
  }
}

namespace {
/// A file of one table, removed in the end.
class TableFile {
public:
  explicit TableFile(StringRef text) {
    int handle = 0;
    EXPECT_FALSE(
        llvm::sys::fs::createTemporaryFile("table", "schedules", handle, path));
    llvm::raw_fd_ostream(handle, /*shouldClose=*/true) << text;
    remover.setFile(path);
  }
  llvm::SmallString<128> path;

private:
  llvm::FileRemover remover;
};
} // namespace

TEST(Tables, AKernelFollowsItsTable) {
  GemmProblem gemm = smallGemm();
  auto schedule = [&](StringRef gpu, StringRef path) {
    CompileOptions options;
    options.arch = "sm_90";
    options.tokens = 16;
    options.kernels = KernelSet::Gemm;
    options.gpu = gpu.str();
    options.table = path.str();
    return llvm::cantFail(
               compile(llvm::cantFail(Problem::get(gemm)).ir, options))
        .schedule;
  };
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  auto module = llvm::cantFail(buildProblem(&context, gemm));
  std::string types = typesText(*reference::findGemm(*module));
  TableFile file(llvm::formatv("H200 sm_90 | {0} | n={1} k={2} m=16 | "
                               "block=64x24x64 warps=2x1 stages=3 "
                               "mma=m16n8k16 copy=cp_async | 4.00 us at 16\n",
                               types, gemm.n, gemm.k)
                     .str());
  EXPECT_NE(schedule("NVIDIA H200", file.path).find("[64, 24, 64]"),
            std::string::npos);
  EXPECT_EQ(schedule("NVIDIA H20", file.path).find("[64, 24, 64]"),
            std::string::npos);
  EXPECT_EQ(schedule("NVIDIA H200", "").find("[64, 24, 64]"),
            std::string::npos);
}

TEST(Tables, ATableThatCannotBeReadIsRefusedAtOnce) {
  RecordingDevice device;
  std::unique_ptr<Jit> jit = llvm::cantFail(Jit::create(&device, "sm_90"));
  TableFile good("# nothing\n"), bad("# a line\nH100\n");
  EXPECT_FALSE(bool(jit->useTable(good.path)));
  JitError error = take(jit->useTable(bad.path));
  EXPECT_EQ(error.kind, ErrorKind::InvalidArgument);
  EXPECT_NE(error.text.find(":2: expected GPU ARCH"), std::string::npos);
  EXPECT_EQ(take(jit->useTable("no/such/file")).kind,
            ErrorKind::InvalidArgument);
}
