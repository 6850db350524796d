//===- ScheduleText.cpp - Schedules in one line ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads and prints key=value words; the attribute's verifier checks the
// numbers.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/Transforms/ScheduleText.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace humming;

/// Numbers of at least `least` with an x between them, as many as `numbers`
/// has.
static bool parseNumbers(StringRef text, MutableArrayRef<int64_t> numbers,
                         int64_t least = 1) {
  SmallVector<StringRef> words;
  text.split(words, 'x');
  if (words.size() != numbers.size())
    return false;
  for (auto [word, number] : llvm::zip(words, numbers))
    if (word.getAsInteger(10, number) || number < least)
      return false;
  return true;
}

llvm::Expected<ScheduleFields> ScheduleFields::parse(StringRef text) {
  ScheduleFields fields;
  SmallVector<StringRef> words;
  llvm::SplitString(text, words);
  std::string unknown = words.empty() ? "nothing" : "";
  for (StringRef word : words) {
    auto [key, value] = word.split('=');
    bool isGood = false;
    if (key == "block")
      isGood = parseNumbers(value, fields.block.emplace());
    else if (key == "warps")
      isGood = parseNumbers(value, fields.warps.emplace());
    else if (key == "stages")
      isGood = parseNumbers(value, fields.stages.emplace());
    else if (key == "split_k")
      isGood = parseNumbers(value, fields.splitK.emplace());
    else if (key == "blocks")
      isGood = parseNumbers(value, fields.blocks.emplace(), /*least=*/0);
    else if (key == "prefetch")
      isGood = parseNumbers(value, fields.prefetch.emplace(), /*least=*/0);
    else if (key == "cluster")
      isGood = parseNumbers(value, fields.cluster.emplace());
    else if (key == "turns")
      isGood = parseNumbers(value, fields.turns.emplace());
    else if (key == "copy")
      isGood = (fields.copy = symbolizeCopyKind(value)).has_value();
    else if (key == "store")
      isGood = (fields.store = symbolizeStoreKind(value)).has_value();
    else if (key == "fixup")
      isGood = (fields.fixup = symbolizeFixupKind(value)).has_value();
    else if (key == "mma")
      isGood = !(fields.mma = value.str()).empty();
    if (!isGood && unknown.empty())
      unknown = ("'" + word + "'").str();
  }
  if (unknown.empty())
    return fields;
  return llvm::createStringError(
      llvm::inconvertibleErrorCode(),
      "expected block=NxMxK, warps=NxM, stages=S, split_k=P, mma=ATOM, "
      "copy=KIND, store=KIND, blocks=B, prefetch=T, cluster=C, fixup=KIND or "
      "turns=T, got " +
          unknown);
}

ScheduleAttr
ScheduleFields::apply(ScheduleAttr base,
                      function_ref<InFlightDiagnostic()> emitError) const {
  std::array<int64_t, 3> sizes = block.value_or(std::array<int64_t, 3>{
      base.getBlockN(), base.getBlockM(), base.getBlockK()});
  std::array<int64_t, 2> sides = warps.value_or(
      std::array<int64_t, 2>{base.getWarpsN(), base.getWarpsM()});
  return ScheduleAttr::getChecked(
      emitError, base.getContext(), sizes[0], sizes[1], sizes[2], sides[0],
      sides[1], stages.value_or(base.getStages()),
      mma.empty() ? base.getMma() : StringRef(mma),
      copy.value_or(base.getCopy()), splitK.value_or(base.getSplitK()),
      store.value_or(base.getStore()), blocks.value_or(base.getBlocks()),
      prefetch.value_or(base.getPrefetch()),
      cluster.value_or(base.getCluster()), fixup.value_or(base.getFixup()),
      turns.value_or(base.getTurns()));
}

ScheduleAttr
ScheduleFields::build(MLIRContext *context,
                      function_ref<InFlightDiagnostic()> emitError) const {
  if (!block || !warps || !stages || mma.empty() || !copy) {
    emitError()
        << "expected a schedule with block, warps, stages, mma and copy";
    return nullptr;
  }
  return ScheduleAttr::getChecked(
      emitError, context, (*block)[0], (*block)[1], (*block)[2], (*warps)[0],
      (*warps)[1], *stages, StringRef(mma), *copy, splitK.value_or(1),
      store.value_or(StoreKind::Direct), blocks.value_or(0),
      prefetch.value_or(0), cluster.value_or(1),
      fixup.value_or(FixupKind::Memory), turns.value_or(1));
}

std::string humming::scheduleText(ScheduleAttr s) {
  std::string text = llvm::formatv(
      "block={0}x{1}x{2} warps={3}x{4} stages={5} mma={6} copy={7}",
      s.getBlockN(), s.getBlockM(), s.getBlockK(), s.getWarpsN(), s.getWarpsM(),
      s.getStages(), s.getMma(), stringifyCopyKind(s.getCopy()));
  auto add = [&](StringRef key, int64_t value, int64_t common) {
    if (value != common)
      text += llvm::formatv(" {0}={1}", key, value);
  };
  add("split_k", s.getSplitK(), 1);
  if (s.getStore() != StoreKind::Direct)
    text += (" store=" + stringifyStoreKind(s.getStore())).str();
  add("blocks", s.getBlocks(), 0);
  add("prefetch", s.getPrefetch(), 0);
  add("cluster", s.getCluster(), 1);
  if (s.getFixup() != FixupKind::Memory)
    text += (" fixup=" + stringifyFixupKind(s.getFixup())).str();
  add("turns", s.getTurns(), 1);
  return text;
}
