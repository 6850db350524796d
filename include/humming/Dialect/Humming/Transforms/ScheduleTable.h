//===- ScheduleTable.h - Measured schedules ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Text tables of the schedules that were fastest where they were measured:
// written by humming-bench --tune, read by humming-select-schedule.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMING_TRANSFORMS_SCHEDULETABLE_H
#define HUMMING_DIALECT_HUMMING_TRANSFORMS_SCHEDULETABLE_H

#include "humming/Dialect/Humming/Transforms/Schedules.h"
#include "llvm/Support/Error.h"

#include <tuple>
#include <vector>

namespace humming {

/// One line of a table.
struct TableEntry {
  std::string gpu;   ///< Gpu::name
  std::string arch;  ///< that the kernel is compiled for
  std::string types; ///< typesText of the gemm
  int64_t n = 0, k = 0;
  int64_t tokens = 0;   ///< the bucket's largest; 0: any number
  std::string schedule; ///< as ScheduleFields::parse reads it
  double microseconds = 0;
  int64_t measuredTokens = 0; ///< that took these microseconds
  unsigned line = 0;          ///< from 1; 0: not read from a text

  /// What it is an entry for, in the order of a table: any number of tokens
  /// behind the buckets.
  auto key() const {
    return std::make_tuple(llvm::StringRef(gpu), llvm::StringRef(arch),
                           llvm::StringRef(types), n, k, uint64_t(tokens) - 1);
  }
};

/// A table: at most one entry for each GPU, architecture, types, shape and
/// bucket of tokens.
class ScheduleTable {
public:
  /// An empty table.
  explicit ScheduleTable(llvm::StringRef name) : name(name) {}

  /// Reads `text`. An error is one line that starts with "NAME:LINE: ".
  static llvm::Expected<ScheduleTable> parse(llvm::StringRef text,
                                             llvm::StringRef name);
  /// Reads the file `path`.
  static llvm::Expected<ScheduleTable> read(llvm::StringRef path);
  /// Writes the file `path`.
  llvm::Error write(llvm::StringRef path) const;

  /// What errors call the table.
  llvm::StringRef getName() const { return name; }
  /// In the order of TableEntry::key.
  llvm::ArrayRef<TableEntry> getEntries() const { return entries; }

  /// Adds `entry` in place of the one with the same key.
  void insert(TableEntry entry);
  /// The entry with the key of `entry`, or null.
  const TableEntry *find(const TableEntry &entry) const;
  /// Prints a text that parse reads: equal tables print equal texts.
  void print(llvm::raw_ostream &os) const;

private:
  std::string name;
  std::vector<TableEntry> entries;
};

/// The types of `gemm` as tables name them, in the words of humming-bench's
/// options: "a=f16 w=u4 c=f16 acc=f32 scale=f16 group=128 on=operand".
std::string typesText(GemmOp gemm);

/// The key of `gemm` in a table; `tokens` as in scheduleCandidates.
TableEntry tableKey(GemmOp gemm, const Arch &arch, const Gpu &gpu,
                    int64_t tokens);

/// The tables that are part of the compiler.
llvm::ArrayRef<ScheduleTable> shippedTables();

/// A schedule and where it comes from.
struct ChosenSchedule {
  ScheduleAttr schedule;             ///< null: an error was emitted at the gemm
  const TableEntry *entry = nullptr; ///< null: estimated
  const ScheduleTable *table = nullptr; ///< that has the entry
};

/// The schedule for `gemm`: that of `given` (null: no table), else that of a
/// shipped table, else selectSchedule. An entry that does not pass
/// checkSchedule is an error that names its line.
ChosenSchedule chooseSchedule(GemmOp gemm, const Arch &arch, const Gpu &gpu,
                              int64_t tokens, const ScheduleTable *given);

/// Prints for people what chooseSchedule does with `gemm`: the GPU, every
/// schedule that was thought of with what it takes, and why this one. False,
/// with an error at the gemm, where chooseSchedule fails.
bool explainSchedule(GemmOp gemm, const Arch &arch, const Gpu &gpu,
                     int64_t tokens, const ScheduleTable *given,
                     llvm::raw_ostream &os);

} // namespace humming

#endif // HUMMING_DIALECT_HUMMING_TRANSFORMS_SCHEDULETABLE_H
