//===- Candidates.cpp - The schedules to time -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Schedules are attributes of the gemm, so a candidate is the problem's text
// with one put in; the compiler's own checks say which ones fit.
//
//===----------------------------------------------------------------------===//

#include "Candidates.h"

#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/Dialect/Humming/Transforms/Schedules.h"
#include "humming/InitAll.h"
#include "humming/Reference/Reference.h"
#include "humming/Target/MmaAtom.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace humming;
using namespace humming::bench;

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

/// What --schedule takes.
static constexpr const char *kExpected =
    "--schedule: expected block=NxMxK, warps=NxM, stages=S, split_k=P, "
    "mma=ATOM, copy=KIND, store=KIND, blocks=B or prefetch=T, got ";

/// Numbers with an x between them, as many as `numbers` has; the attribute
/// checks them.
static bool parseNumbers(StringRef text, MutableArrayRef<int64_t> numbers) {
  SmallVector<StringRef> words;
  text.split(words, 'x');
  if (words.size() != numbers.size())
    return false;
  for (auto [word, number] : llvm::zip(words, numbers))
    if (word.getAsInteger(10, number))
      return false;
  return true;
}

llvm::Expected<ScheduleChange> ScheduleChange::parse(StringRef text) {
  ScheduleChange change;
  SmallVector<StringRef> parts;
  llvm::SplitString(text, parts);
  for (StringRef part : parts) {
    auto [key, value] = part.split('=');
    bool isGood = false;
    if (key == "block")
      isGood = parseNumbers(value, change.block.emplace());
    else if (key == "warps")
      isGood = parseNumbers(value, change.warps.emplace());
    else if (key == "stages")
      isGood = parseNumbers(value, change.stages.emplace());
    else if (key == "split_k")
      isGood = parseNumbers(value, change.splitK.emplace());
    else if (key == "blocks")
      isGood = parseNumbers(value, change.blocks.emplace());
    else if (key == "prefetch")
      isGood = parseNumbers(value, change.prefetch.emplace());
    else if (key == "copy")
      isGood = (change.copy = symbolizeCopyKind(value)).has_value();
    else if (key == "store")
      isGood = (change.store = symbolizeStoreKind(value)).has_value();
    else if (key == "mma")
      isGood = !(change.mma = value.str()).empty();
    if (!isGood)
      return fail(kExpected + ("'" + part + "'"));
  }
  if (parts.empty())
    return fail(llvm::Twine(kExpected) + "nothing");
  return change;
}

static std::string toText(ScheduleAttr s) {
  return llvm::formatv(
      "block={0}x{1}x{2} warps={3}x{4} stages={5} split_k={6} "
      "mma={7} copy={8} store={9} blocks={10} prefetch={11}",
      s.getBlockN(), s.getBlockM(), s.getBlockK(), s.getWarpsN(), s.getWarpsM(),
      s.getStages(), s.getSplitK(), s.getMma(), stringifyCopyKind(s.getCopy()),
      stringifyStoreKind(s.getStore()), s.getBlocks(), s.getPrefetch());
}

//===----------------------------------------------------------------------===//
// Schedules
//===----------------------------------------------------------------------===//

static ScheduleAttr apply(const ScheduleChange &change, ScheduleAttr chosen,
                          GemmOp gemm) {
  std::array<int64_t, 3> block = change.block.value_or(std::array<int64_t, 3>{
      chosen.getBlockN(), chosen.getBlockM(), chosen.getBlockK()});
  std::array<int64_t, 2> warps = change.warps.value_or(
      std::array<int64_t, 2>{chosen.getWarpsN(), chosen.getWarpsM()});
  return ScheduleAttr::getChecked(
      [&] { return gemm.emitOpError(); }, gemm.getContext(), block[0], block[1],
      block[2], warps[0], warps[1], change.stages.value_or(chosen.getStages()),
      change.mma.empty() ? chosen.getMma() : StringRef(change.mma),
      change.copy.value_or(chosen.getCopy()),
      change.splitK.value_or(chosen.getSplitK()),
      change.store.value_or(chosen.getStore()),
      change.blocks.value_or(chosen.getBlocks()),
      change.prefetch.value_or(chosen.getPrefetch()));
}

/// More accumulators than this in a lane spill with the operands beside them.
static constexpr int64_t kMaxAccumulators = 128;
/// Large tiles need them; elsewhere more warps do better.
static constexpr int64_t kMaxAccumulatorsOfSmallTiles = 64;
static constexpr int64_t kSmallTileTokens = 64;

/// A grid around what has a chance: tiles about as wide as M, blocks for most
/// multiprocessors, no more slices than keep a few blocks on each.
static std::vector<ScheduleChange> makeGrid(GemmOp gemm, int64_t m,
                                            const Arch &arch) {
  std::vector<ScheduleChange> grid;
  auto add = [&](std::array<int64_t, 3> block, std::array<int64_t, 2> warps,
                 int64_t stages, int64_t split) -> ScheduleChange & {
    ScheduleChange &change = grid.emplace_back();
    change.block = block;
    change.warps = warps;
    change.stages = stages;
    change.splitK = split;
    return change;
  };
  auto addWarpsAndStages = [&](int64_t n, int64_t tokens, int64_t k,
                               int64_t split) {
    for (int64_t warpsN : {1, 2, 4, 8})
      for (int64_t warpsM : {1, 2, 4}) {
        int64_t warps = warpsN * warpsM;
        int64_t most = tokens <= kSmallTileTokens ? kMaxAccumulatorsOfSmallTiles
                                                  : kMaxAccumulators;
        if ((warps != 4 && warps != 8) || n % (16 * warpsN) ||
            tokens % (8 * warpsM) || n * tokens / warps / 32 > most)
          continue;
        for (int64_t stages : {3, 4, 6})
          add({n, tokens, k}, {warpsN, warpsM}, stages, split);
      }
  };
  // Products of warpgroups, where the architecture has them: all warps along n,
  // long lines of activations.
  std::optional<ScalarKind> operand =
      scalarKind(gemm.getA().getType().getElementType());
  std::string warpgroups;
  for (const MmaAtom &atom : allWarpgroupAtoms())
    if (atom.a == operand && atom.minSm == arch.sm)
      warpgroups = atom.name.str();
  auto addWarpgroups = [&](int64_t n, int64_t tokens, int64_t k,
                           int64_t split) {
    for (int64_t warps : {4, 8})
      for (int64_t stages : {4, 6})
        if (n % (16 * warps) == 0 && n * tokens / warps / 32 <= 128 &&
            !warpgroups.empty()) {
          ScheduleChange &change =
              add({n, tokens, k}, {warps, 1}, stages, split);
          change.mma = warpgroups;
          change.store = StoreKind::Shared;
        }
  };
  int64_t widest = std::clamp<int64_t>(llvm::PowerOf2Ceil(m), 8, 256);
  for (int64_t n : {64, 128, 256})
    for (int64_t tokens = std::max<int64_t>(8, widest / 2); tokens <= widest;
         tokens *= 2)
      for (int64_t k : {64, 128, 256})
        for (int64_t split : {1, 2, 3, 4, 6, 8}) {
          int64_t tiles = gemm.getN() / n * llvm::divideCeil(m, tokens);
          int64_t blocks = tiles * split, full = gpuFor(arch).multiprocessors;
          // Long tiles are for few tokens.
          if ((k <= 128 || tokens <= 16) && 4 * blocks >= 3 * full &&
              (split == 1 || blocks <= 5 * full))
            addWarpsAndStages(n, tokens, k, split);
          if (4 * blocks >= 2 * full && (split == 1 || blocks <= 5 * full))
            addWarpgroups(n, tokens, k, split);
        }
  return grid;
}

//===----------------------------------------------------------------------===//
// Entry point
//===----------------------------------------------------------------------===//

/// `problem`, of `gemm` without a schedule, with one: its buffers are the same.
static Candidate makeCandidate(jit::Problem problem, GemmOp gemm,
                               ScheduleAttr schedule) {
  gemm.setScheduleAttr(schedule);
  problem.ir.clear();
  llvm::raw_string_ostream os(problem.ir);
  gemm->getParentOfType<ModuleOp>().print(os);
  return Candidate{std::move(problem), toText(schedule), false};
}

llvm::Expected<std::vector<Candidate>>
bench::makeCandidates(const jit::GemmProblem &description, int64_t m,
                      StringRef archName, ArrayRef<ScheduleChange> changes,
                      bool sweep) {
  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  std::string reason;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    if (reason.empty())
      reason = diagnostic.str();
    return success();
  });
  auto module = jit::buildProblem(&context, description);
  if (!module)
    return module.takeError();
  FailureOr<const Arch *> arch = findArch((*module)->getLoc(), archName);
  FailureOr<GemmOp> gemm = reference::findGemm(**module);
  if (failed(arch) || failed(gemm) || failed(checkTarget(*gemm, **arch)))
    return fail(reason);

  llvm::Expected<jit::Problem> problem = jit::Problem::get(description);
  if (!problem)
    return problem.takeError();
  std::vector<Candidate> candidates;
  auto add = [&](ScheduleAttr schedule) {
    candidates.push_back(makeCandidate(*problem, *gemm, schedule));
  };
  ScheduleAttr chosen =
      selectSchedule(*gemm, **arch, gpuFor(**arch), tokenBucket(m));
  for (const ScheduleChange &change : changes) {
    ScheduleAttr schedule = apply(change, chosen, *gemm);
    if (!schedule || failed(checkSchedule(*gemm, schedule, **arch)))
      return fail("--schedule: " + reason);
    add(schedule);
  }
  if (changes.empty()) {
    add(chosen);
    candidates.front().isChosen = true;
  }
  if (sweep)
    for (const ScheduleChange &change : makeGrid(*gemm, m, **arch)) {
      ScheduleAttr schedule = apply(change, chosen, *gemm);
      if (schedule && schedule != chosen &&
          succeeded(checkSchedule(*gemm, schedule, **arch)))
        add(schedule);
    }
  return candidates;
}
