//===- humming-bench.cpp - Time gemms against their floor -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads what to time, times it on the first CUDA device, prints a table.
//
//===----------------------------------------------------------------------===//

#include "Estimate.h"
#include "FirstResult.h"
#include "Report.h"
#include "ToolMain.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

using namespace humming;
using namespace humming::bench;

/// What of the options says which schedules to time.
static llvm::Expected<Selection> readSelection(const Options &options) {
  Selection selection;
  for (const std::string &text : options.schedules) {
    auto fields = ScheduleFields::parse(text);
    if (!fields)
      return fail("--schedule: " + llvm::toString(fields.takeError()));
    selection.changes.push_back(*fields);
  }
  if (!options.table.empty()) {
    auto table = ScheduleTable::read(options.table);
    if (!table)
      return table.takeError();
    selection.table = std::move(*table);
  }
  auto orders = options.orders();
  if (!orders)
    return orders.takeError();
  for (const std::string &text : options.skipped) {
    auto fields = ScheduleFields::parse(text);
    if (!fields)
      return fail("--skip: " + llvm::toString(fields.takeError()));
    selection.skipped.push_back(*fields);
  }
  selection.grid = options.hasGrid() ? options.grid : 0u;
  selection.estimated = options.estimated;
  selection.overlaps = llvm::is_contained(*orders, jit::LaunchOrder::Dependent);
  return selection;
}

/// The best of a grid becomes an entry.
static void insertBest(ScheduleTable &table, llvm::ArrayRef<Row> rows) {
  for (const Row &row : rows) {
    if (!row.isBest || !row.failure.empty())
      continue;
    TableEntry entry = row.entry;
    entry.microseconds = row.timing.median;
    entry.measuredTokens = row.m;
    table.insert(std::move(entry));
  }
}

/// Measures what the options ask for. True when every kernel was right.
static llvm::Expected<bool> run(const Options &options) {
  if (options.firstResult.getNumOccurrences()) {
    if (llvm::Error error = reportFirstResult(options))
      return std::move(error);
    return true;
  }
  auto weights = options.weights();
  if (!weights)
    return weights.takeError();
  auto selection = readSelection(options);
  if (!selection)
    return selection.takeError();
  ScheduleTable tuned(options.tune);
  if (llvm::sys::fs::exists(options.tune)) {
    auto read = ScheduleTable::read(options.tune);
    if (!read)
      return read.takeError();
    tuned = std::move(*read);
  }
  if (options.resume)
    selection->tuned = tuned;
  auto bench = Bench::create(std::move(*selection), options);
  if (!bench)
    return bench.takeError();

  std::vector<Row> all;
  printHead(**bench);
  if (llvm::Error error = (*bench)->measure(
          *weights, [&](llvm::ArrayRef<Row> rows) -> llvm::Error {
            if (all.empty() ||
                all.back().entry.types != rows.front().entry.types)
              printTypes(rows.front());
            printRows(rows);
            all.insert(all.end(), rows.begin(), rows.end());
            insertBest(tuned, rows);
            // What is measured is not lost with what comes.
            if (options.tune.empty())
              return llvm::Error::success();
            return tuned.write(options.tune);
          }))
    return std::move(error);
  if (std::string line = estimateLine(all);
      !line.empty() && (options.hasGrid() || options.estimated))
    llvm::outs() << "\n" << line;
  if (options.hasGrid())
    printCompileRate(**bench);
  if (llvm::Error error = (*bench)->measureCublas(all, printCublas))
    return std::move(error);
  if (!options.json.empty())
    if (llvm::Error error = writeJson(options.json, **bench, all))
      return std::move(error);
  return llvm::all_of(all, [](const Row &row) { return row.failure.empty(); });
}

HUMMING_TOOL_MAIN hummingBenchMain(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  Options options;
  options.parse(argc, argv);
  llvm::Expected<bool> allRight = run(options);
  if (!allRight) {
    llvm::errs() << "humming-bench: " << llvm::toString(allRight.takeError())
                 << "\n";
    return kNotRun;
  }
  return *allRight ? 0 : kWrong;
}
