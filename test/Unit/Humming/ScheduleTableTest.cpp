//===- ScheduleTableTest.cpp - tables of measured schedules ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is written is read again, what cannot be read is told by its line, and a
// problem finds its own entry only.
//
//===----------------------------------------------------------------------===//

#include "Gemms.h"

#include "humming/Dialect/Humming/Transforms/ScheduleTable.h"
#include "humming/Dialect/Humming/Transforms/ScheduleText.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace humming;

namespace {
class ScheduleTableTest : public GemmFixture {};
} // namespace

static constexpr const char *kTypes =
    "a=f16 w=u4 c=f16 acc=f32 scale=f16 group=128 on=operand";
static constexpr const char *kSchedule =
    "block=64x16x128 warps=4x1 stages=4 mma=m16n8k16 copy=cp_async";

static TableEntry entryFor(int64_t n, int64_t tokens, StringRef gpu = "H100") {
  TableEntry entry;
  entry.gpu = gpu.str();
  entry.arch = "sm_90";
  entry.types = kTypes;
  entry.n = n;
  entry.k = 4096;
  entry.tokens = tokens;
  entry.schedule = kSchedule;
  entry.microseconds = 12.345;
  entry.measuredTokens = tokens ? tokens : 4096;
  return entry;
}

static std::string textOf(const ScheduleTable &table) {
  std::string text;
  llvm::raw_string_ostream os(text);
  table.print(os);
  return text;
}

static std::string errorOf(const std::string &text) {
  llvm::Expected<ScheduleTable> table = ScheduleTable::parse(text, "t");
  return table ? "" : llvm::toString(table.takeError());
}

TEST(ScheduleTextTest, WhatIsPrintedIsRead) {
  MLIRContext context;
  context.loadDialect<HummingDialect>();
  auto error = [&] { return emitError(UnknownLoc::get(&context)); };
  for (StringRef text :
       {"block=64x16x128 warps=4x1 stages=4 mma=m16n8k16 copy=cp_async",
        "block=128x256x64 warps=8x1 stages=4 mma=m64k16 copy=tma store=shared "
        "blocks=132 prefetch=8",
        "block=64x8x64 warps=2x1 stages=2 mma=m16n8k8 copy=sync split_k=3"}) {
    ScheduleFields fields = llvm::cantFail(ScheduleFields::parse(text));
    ScheduleAttr schedule = fields.build(&context, error);
    ASSERT_TRUE(schedule);
    EXPECT_EQ(scheduleText(schedule), text);
    // A field that is not named is the other schedule's.
    ScheduleFields one = llvm::cantFail(ScheduleFields::parse("stages=5"));
    EXPECT_EQ(one.apply(schedule, error).getStages(), 5);
    EXPECT_EQ(one.apply(schedule, error).getMma(), schedule.getMma());
  }
}

TEST(ScheduleTextTest, WhatMakesNoScheduleIsAnError) {
  for (StringRef text :
       {"", "block=64x16", "warps=4x1x1", "stages=four", "copy=fast", "stages",
        "stages=0", "blocks=-1", "colour=red", "mma="})
    EXPECT_TRUE(errorToBool(ScheduleFields::parse(text).takeError()))
        << text.str();
  MLIRContext context;
  context.loadDialect<HummingDialect>();
  std::string reason;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    reason = diagnostic.str();
    return success();
  });
  auto build = [&](StringRef text) {
    return llvm::cantFail(ScheduleFields::parse(text)).build(&context, [&] {
      return emitError(UnknownLoc::get(&context));
    });
  };
  EXPECT_FALSE(build("block=64x16x128 warps=4x1 stages=4 mma=m16n8k16"));
  EXPECT_EQ(reason,
            "expected a schedule with block, warps, stages, mma and copy");
  EXPECT_FALSE(
      build("block=60x16x128 warps=4x1 stages=4 mma=m16n8k16 copy=cp_async"));
}

TEST(ScheduleTableFileTest, EqualTablesAreEqualTexts) {
  std::vector<TableEntry> entries = {entryFor(28672, 0),
                                     entryFor(6144, 64),
                                     entryFor(6144, 8),
                                     entryFor(28672, 16),
                                     entryFor(6144, 8, "H100 PCIe"),
                                     entryFor(6144, 8, "A100")};
  ScheduleTable forward("a"), backward("b");
  for (const TableEntry &entry : entries)
    forward.insert(entry);
  for (const TableEntry &entry : llvm::reverse(entries))
    backward.insert(entry);
  std::string text = textOf(forward);
  EXPECT_EQ(text, textOf(backward));
  // By numbers, not by letters; any number of tokens comes last.
  EXPECT_LT(text.find("n=6144 k=4096 m=8 "), text.find("n=6144 k=4096 m=64 "));
  EXPECT_LT(text.find("m=64 "), text.find("n=28672 k=4096 m=16"));
  EXPECT_LT(text.find("n=28672 k=4096 m=16"), text.find("m=any"));
  ScheduleTable again = llvm::cantFail(ScheduleTable::parse(text, "again"));
  EXPECT_EQ(textOf(again), text);
  ASSERT_EQ(again.getEntries().size(), entries.size());
  EXPECT_EQ(again.getEntries().front().gpu, "A100");
  EXPECT_EQ(again.getEntries().front().line, 3u);
  EXPECT_EQ(again.getEntries().front().measuredTokens, 8);
  EXPECT_NEAR(again.getEntries().front().microseconds, 12.345, 0.01);
}

TEST(ScheduleTableFileTest, ANewTimeReplacesTheOldOne) {
  ScheduleTable table("t");
  TableEntry entry = entryFor(6144, 64);
  table.insert(entry);
  entry.schedule =
      "block=64x64x128 warps=4x1 stages=3 mma=m16n8k16 copy=cp_async";
  table.insert(entry);
  ASSERT_EQ(table.getEntries().size(), 1u);
  EXPECT_EQ(table.getEntries().front().schedule, entry.schedule);
  EXPECT_TRUE(table.find(entryFor(6144, 64)));
  EXPECT_FALSE(table.find(entryFor(6144, 0)));
  EXPECT_FALSE(table.find(entryFor(6144, 64, "H200")));
}

TEST(ScheduleTableFileTest, WhatCannotBeReadIsToldByItsLine) {
  std::string types = kTypes, schedule = kSchedule;
  std::string good = "H100 sm_90 | " + types + " | n=64 k=64 m=8 | " +
                     schedule + " | 1.50 us at 8\n";
  EXPECT_EQ(errorOf("# a comment\n\n  \n" + good), "");
  EXPECT_EQ(errorOf("H100 | sm_90\n"),
            "t:1: expected GPU ARCH | TYPES | SHAPE | SCHEDULE | TIME, got 2 "
            "parts");
  EXPECT_EQ(errorOf("\nH100 sm_1 | | | |\n").substr(0, 40),
            "t:2: expected a GPU and one of sm_75, sm");
  EXPECT_EQ(errorOf(good + "H100 sm_90 | | n=64 k=0 m=8 | |"),
            "t:2: expected n=N k=K m=BUCKET, got 'n=64 k=0 m=8'");
  EXPECT_EQ(errorOf("H100 sm_90 | | n=64 k=64 m=100 | |"),
            "t:1: expected m=any or the largest number of tokens of a bucket, "
            "8, 16, 32, 64, 128, 256, 1024, got 100");
  EXPECT_NE(errorOf("H100 sm_90 | | n=64 k=64 m=8 | block=4 | ")
                .find("t:1: expected block=NxMxK"),
            std::string::npos);
  EXPECT_EQ(errorOf("H100 sm_90 | | n=64 k=64 m=8 | " + schedule + " | fast"),
            "t:1: expected TIME us at TOKENS, got 'fast'");
  EXPECT_EQ(errorOf("# head\n" + good + good),
            "t:3: expected one schedule for each problem, got the one of line "
            "2 again");
}

TEST_F(ScheduleTableTest, TypesAreToldApart) {
  auto text = [&](const GemmText &gemm) { return typesText(parse(gemm)); };
  EXPECT_EQ(text({"f16", "u4", 256, 512, {{"scale", "256x4xf16"}}}),
            "a=f16 w=u4 c=f32 acc=f32 scale=f16 group=128 on=operand");
  EXPECT_EQ(text({"f16", "u4", 256, 512, {{"scale", "256x1xf16"}}}),
            "a=f16 w=u4 c=f32 acc=f32 scale=f16 group=channel on=accumulator");
  EXPECT_EQ(text({"bf16", "nf4", 256, 512, {{"scale", "1x1xf32"}}}),
            "a=bf16 w=nf4 c=f32 acc=f32 scale=f32 group=tensor on=accumulator");
  EXPECT_EQ(
      text({"f16",
            "u4",
            256,
            512,
            {{"scale", "256x4xf16"}, {"zero", "256x4x!humming.code<u4>"}}}),
      "a=f16 w=u4 c=f32 acc=f32 scale=f16 group=128 on=operand zero=code");
  EXPECT_EQ(text({"f8E4M3FN",
                  "e4m3",
                  256,
                  512,
                  {{"scale", "2x4xf32"}, {"input_scale", "?x4xf32"}},
                  "scale_block = array<i64: 128, 128>"}),
            "a=e4m3 w=e4m3 c=f32 acc=f32 scale=f32 group=128x128 "
            "on=accumulator input-scale=f32 input-group=128");
}

TEST_F(ScheduleTableTest, AProblemFindsItsEntry) {
  GemmOp gemm = parse({"f16", "u4", 4096, 4096, {{"scale", "4096x32xf16"}}});
  const Arch &arch = *lookupArch("sm_90");
  ScheduleTable table("t");
  TableEntry entry = tableKey(gemm, arch, gpuFor(arch, "H100"), /*tokens=*/40);
  EXPECT_EQ(entry.tokens, 64);
  entry.schedule =
      "block=64x24x64 warps=2x1 stages=3 mma=m16n8k16 copy=cp_async";
  entry.microseconds = 1;
  table.insert(entry);
  auto found = [&](StringRef gpu, int64_t tokens, const ScheduleTable *given) {
    return chooseSchedule(gemm, arch, gpuFor(arch, gpu), tokens, given);
  };
  EXPECT_EQ(found("H100", 64, &table).schedule.getBlockM(), 24);
  EXPECT_EQ(found("H100", 33, &table).table, &table);
  // Another bucket, GPU or architecture, or no table: the estimate.
  EXPECT_FALSE(found("H100", 65, &table).entry);
  EXPECT_FALSE(found("H20", 64, &table).entry);
  EXPECT_FALSE(found("H100", 64, nullptr).entry);
  const Arch &older = *lookupArch("sm_80");
  EXPECT_FALSE(
      chooseSchedule(gemm, older, gpuFor(older, "H100"), 64, &table).entry);
  EXPECT_EQ(found("H100", 65, &table).schedule,
            selectSchedule(gemm, arch, gpuFor(arch, "H100"), 65));
}

TEST_F(ScheduleTableTest, AnEntryThatDoesNotFitIsAnErrorWithItsLine) {
  GemmOp gemm = parse({"f16", "u4", 4096, 4096, {{"scale", "4096x32xf16"}}});
  const Arch &arch = *lookupArch("sm_90");
  ScheduleTable table = llvm::cantFail(ScheduleTable::parse(
      "\nH100 sm_90 | " + typesText(gemm) +
          " | n=4096 k=4096 m=8 | block=64x8x4096 warps=4x1 stages=6 "
          "mma=m16n8k16 copy=cp_async | 1.00 us at 8",
      "my.schedules"));
  std::string error, note;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    error = diagnostic.str();
    for (Diagnostic &each : diagnostic.getNotes())
      note += each.str();
    return success();
  });
  EXPECT_FALSE(chooseSchedule(gemm, arch, gpuFor(arch), 8, &table).schedule);
  EXPECT_NE(error.find("bytes of shared memory"), std::string::npos) << error;
  EXPECT_NE(note.find("my.schedules:2"), std::string::npos) << note;
}
