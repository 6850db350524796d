//===- ScheduleTable.cpp - Measured schedules -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One line an entry, five parts with bars between them; what a schedule may be
// is the compiler's own check, made when an entry is used.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/Transforms/ScheduleTable.h"

#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/Dialect/Humming/Transforms/ScheduleText.h"
#include "humming/Dialect/Humming/Transforms/Support.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace humming;

static constexpr const char *kHead =
    "# Measured schedules, written by humming-bench --tune. Sorted; one line "
    "an "
    "entry:\n"
    "# GPU ARCH | TYPES | n=N k=K m=BUCKET | SCHEDULE | TIME us at TOKENS\n";

static llvm::Error fail(const Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// Reads KEY=NUMBER, a number of at least 1.
static bool parseSize(StringRef word, StringRef key, int64_t &number) {
  return word.consume_front(key) && word.consume_front("=") &&
         !word.getAsInteger(10, number) && number > 0;
}

/// Reads "n=N k=K m=BUCKET".
static llvm::Error parseShape(StringRef text, TableEntry &entry) {
  SmallVector<StringRef> words;
  llvm::SplitString(text, words);
  bool isShape =
      words.size() == 3 && parseSize(words[0], "n", entry.n) &&
      parseSize(words[1], "k", entry.k) &&
      (words[2] == "m=any" || parseSize(words[2], "m", entry.tokens));
  if (!isShape)
    return fail("expected n=N k=K m=BUCKET, got '" + text + "'");
  if (tokenBucket(entry.tokens) == entry.tokens)
    return llvm::Error::success();
  return fail("expected m=any or the largest number of tokens of a bucket, " +
              llvm::join(llvm::map_range(tokenBuckets(),
                                         [](int64_t bucket) {
                                           return std::to_string(bucket);
                                         }),
                         ", ") +
              ", got " + Twine(entry.tokens));
}

/// Reads "TIME us at TOKENS".
static llvm::Error parseTime(StringRef text, TableEntry &entry) {
  SmallVector<StringRef> words;
  llvm::SplitString(text, words);
  if (words.size() == 4 && words[1] == "us" && words[2] == "at" &&
      !words[0].getAsDouble(entry.microseconds) && entry.microseconds > 0 &&
      !words[3].getAsInteger(10, entry.measuredTokens) &&
      entry.measuredTokens > 0)
    return llvm::Error::success();
  return fail("expected TIME us at TOKENS, got '" + text + "'");
}

static llvm::Error parseLine(StringRef line, TableEntry &entry) {
  SmallVector<StringRef> parts;
  line.split(parts, '|');
  if (parts.size() != 5)
    return fail("expected GPU ARCH | TYPES | SHAPE | SCHEDULE | TIME, got " +
                Twine(parts.size()) + " parts");
  for (StringRef &part : parts)
    part = part.trim();
  auto [gpu, arch] = parts[0].rsplit(' ');
  if (!lookupArch(arch))
    return fail("expected a GPU and one of " + knownArchNames() + ", got '" +
                parts[0] + "'");
  entry.gpu = gpu.trim().str();
  entry.arch = arch.str();
  SmallVector<StringRef> words;
  llvm::SplitString(parts[1], words);
  entry.types = llvm::join(words, " ");
  if (llvm::Error error = parseShape(parts[2], entry))
    return error;
  llvm::Expected<ScheduleFields> fields = ScheduleFields::parse(parts[3]);
  if (!fields)
    return fields.takeError();
  entry.schedule = parts[3].str();
  return parseTime(parts[4], entry);
}

llvm::Expected<ScheduleTable> ScheduleTable::parse(StringRef text,
                                                   StringRef name) {
  ScheduleTable table(name);
  auto buffer = llvm::MemoryBuffer::getMemBufferCopy(text, name);
  for (llvm::line_iterator line(*buffer, /*SkipBlanks=*/true, '#');
       !line.is_at_end(); ++line) {
    if (line->trim().empty())
      continue;
    TableEntry entry;
    entry.line = line.line_number();
    std::string place = (name + ":" + Twine(entry.line) + ": ").str();
    if (llvm::Error error = parseLine(*line, entry))
      return fail(place + llvm::toString(std::move(error)));
    if (const TableEntry *other = table.find(entry))
      return fail(place +
                  "expected one schedule for each problem, got the one "
                  "of line " +
                  Twine(other->line) + " again");
    table.insert(std::move(entry));
  }
  return table;
}

llvm::Expected<ScheduleTable> ScheduleTable::read(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return fail(path + ": " + buffer.getError().message());
  return parse((*buffer)->getBuffer(), path);
}

//===----------------------------------------------------------------------===//
// Holding and writing
//===----------------------------------------------------------------------===//

/// Where an entry with the key of `entry` is or belongs.
static auto place(ArrayRef<TableEntry> entries, const TableEntry &entry) {
  return llvm::lower_bound(entries, entry,
                           [](const TableEntry &a, const TableEntry &b) {
                             return a.key() < b.key();
                           }) -
         entries.begin();
}

void ScheduleTable::insert(TableEntry entry) {
  auto at = entries.begin() + place(entries, entry);
  if (at != entries.end() && at->key() == entry.key())
    *at = std::move(entry);
  else
    entries.insert(at, std::move(entry));
}

const TableEntry *ScheduleTable::find(const TableEntry &entry) const {
  size_t at = place(entries, entry);
  return at < entries.size() && entries[at].key() == entry.key() ? &entries[at]
                                                                 : nullptr;
}

void ScheduleTable::print(raw_ostream &os) const {
  os << kHead;
  for (const TableEntry &entry : entries)
    os << llvm::formatv(
        "{0} {1} | {2} | n={3} k={4} m={5} | {6} | {7:f2} us at {8}\n",
        entry.gpu, entry.arch, entry.types, entry.n, entry.k,
        entry.tokens ? std::to_string(entry.tokens) : "any", entry.schedule,
        entry.microseconds, entry.measuredTokens);
}

llvm::Error ScheduleTable::write(StringRef path) const {
  std::error_code code;
  llvm::raw_fd_ostream os(path, code);
  if (!code) {
    print(os);
    os.close();
    code = os.error();
    os.clear_error();
  }
  return code ? fail(path + ": " + code.message()) : llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Gemms
//===----------------------------------------------------------------------===//

static StringRef typeName(Type type) { return name(*scalarKind(type)); }

/// What shares a scale, as humming-bench's --group says it.
static std::string groupText(GemmOp gemm) {
  int64_t rows = gemm.getScaleRows();
  bool isOne = gemm.getNumGroups() == 1;
  if (isOne && rows == 1)
    return "channel";
  if (isOne && rows == gemm.getN())
    return "tensor";
  std::string columns =
      std::to_string(isOne ? gemm.getK() : gemm.getGroupSize());
  return rows == 1 ? columns : std::to_string(rows) + "x" + columns;
}

std::string humming::typesText(GemmOp gemm) {
  NumericsAttr numerics = gemm.getEffectiveNumerics();
  std::string text = llvm::formatv(
      "a={0} w={1} c={2} acc={3}",
      typeName(gemm.getA().getType().getElementType()),
      shortName(gemm.getCode()), typeName(gemm.getType().getElementType()),
      stringifyAccKind(numerics.getAcc()));
  auto add = [&](const char *key, StringRef value) {
    text += (" " + Twine(key) + "=" + value).str();
  };
  if (gemm.getScale()) {
    add("scale", typeName(gemm.getScale().getType().getElementType()));
    add("group", groupText(gemm));
    add("on", stringifyScaleKind(numerics.getScale()));
  }
  if (gemm.getZero()) {
    Type zero = gemm.getZero().getType().getElementType();
    add("zero", isa<CodeType>(zero) ? "code" : typeName(zero));
  }
  if (gemm.getInputScale()) {
    add("input-scale",
        typeName(gemm.getInputScale().getType().getElementType()));
    add("input-group", gemm.getNumInputGroups() == 1
                           ? "token"
                           : std::to_string(gemm.getInputGroupSize()));
  }
  text += gemm.getGlobalScale() ? " global-scale" : "";
  text += numerics.getOrder() == OrderKind::Fixed ? " order=fixed" : "";
  return text + (gemm.getPerm() ? " perm" : "");
}

TableEntry humming::tableKey(GemmOp gemm, const Arch &arch, const Gpu &gpu,
                             int64_t tokens) {
  int64_t m = gemm.getM();
  TableEntry entry;
  entry.gpu = gpu.name.str();
  entry.arch = arch.name.str();
  entry.types = typesText(gemm);
  entry.n = gemm.getN();
  entry.k = gemm.getK();
  if (!ShapedType::isDynamic(m))
    tokens = tokens ? std::min(tokens, m) : m;
  entry.tokens = tokenBucket(tokens);
  return entry;
}

//===----------------------------------------------------------------------===//
// Choosing
//===----------------------------------------------------------------------===//

ArrayRef<ScheduleTable> humming::shippedTables() {
  static constexpr std::pair<const char *, const char *> texts[] = {
#include "ShippedTables.inc"
  };
  static const std::vector<ScheduleTable> tables = [] {
    std::vector<ScheduleTable> parsed;
    for (auto [name, text] : texts)
      parsed.push_back(llvm::cantFail(ScheduleTable::parse(text, name)));
    return parsed;
  }();
  return tables;
}

/// The schedule of `entry`, checked; null with an error that names its line.
static ScheduleAttr scheduleOf(GemmOp gemm, const Arch &arch,
                               const TableEntry &entry,
                               const ScheduleTable &table) {
  MLIRContext *context = gemm.getContext();
  // Whoever handles the error gets the line with it.
  ScopedDiagnosticHandler handler(context, [&](Diagnostic &diagnostic) {
    diagnostic.attachNote(
        FileLineColLoc::get(context, table.getName(), entry.line, 1))
        << "the schedule is from this line of " << table.getName() << ":"
        << entry.line;
    return failure();
  });
  ScheduleAttr schedule =
      llvm::cantFail(ScheduleFields::parse(entry.schedule)).build(context, [&] {
        return gemm.emitOpError();
      });
  if (!schedule || failed(checkSchedule(gemm, schedule, arch)))
    return nullptr;
  return schedule;
}

ChosenSchedule humming::chooseSchedule(GemmOp gemm, const Arch &arch,
                                       const Gpu &gpu, int64_t tokens,
                                       const ScheduleTable *given) {
  TableEntry key = tableKey(gemm, arch, gpu, tokens);
  auto lookup = [&](const ScheduleTable &table) -> ChosenSchedule {
    const TableEntry *entry = table.find(key);
    return {entry ? scheduleOf(gemm, arch, *entry, table) : nullptr, entry,
            &table};
  };
  ChosenSchedule found;
  if (given)
    found = lookup(*given);
  for (const ScheduleTable &table : shippedTables())
    if (!found.entry)
      found = lookup(table);
  if (found.entry)
    return found;
  return {selectSchedule(gemm, arch, gpu, tokens), nullptr, nullptr};
}
