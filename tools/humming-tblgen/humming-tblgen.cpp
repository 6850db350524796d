//===- humming-tblgen.cpp - Generates the hardware tables -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Turns Arch.td and MmaAtoms.td into constant C++ tables, and refuses records
// whose fragments do not cover the instruction's shape.
//
//===----------------------------------------------------------------------===//

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/TableGen/Error.h"
#include "llvm/TableGen/Main.h"
#include "llvm/TableGen/Record.h"
#include "llvm/TableGen/TableGenBackend.h"

using namespace llvm;

namespace {
enum class Action { None, Archs, ArchDoc, MmaAtoms, MmaAtomDoc };
} // namespace

static cl::opt<Action>
    action(cl::desc("What to generate:"), cl::init(Action::None),
           cl::values(clEnumValN(Action::Archs, "gen-archs",
                                 "the table of architectures"),
                      clEnumValN(Action::ArchDoc, "gen-arch-doc",
                                 "the same as a page of documentation"),
                      clEnumValN(Action::MmaAtoms, "gen-mma-atoms",
                                 "the table of MMA instructions"),
                      clEnumValN(Action::MmaAtomDoc, "gen-mma-atom-doc",
                                 "the same as a page of documentation")));

/// Lanes of a warp on every NVIDIA GPU: PTX ISA, WARP_SZ.
static constexpr int64_t kWarpSize = 32;
/// Bits of a register.
static constexpr int64_t kWordBits = 32;

static constexpr StringLiteral kFragments[] = {"fragA", "fragB", "fragC"};

static int64_t product(ArrayRef<int64_t> sizes) {
  int64_t result = 1;
  for (int64_t size : sizes)
    result *= size;
  return result;
}

/// Checks that `fragment` of `atom` spreads a rows x cols operand over a warp.
static void checkFragment(const Record &atom, StringRef field, int64_t rows,
                          int64_t cols) {
  const Record &fragment = *atom.getValueAsDef(field);
  std::vector<int64_t> rowModes = fragment.getValueAsListOfInts("rowModes");
  std::vector<int64_t> colModes = fragment.getValueAsListOfInts("colModes");
  if (product(rowModes) != rows || product(colModes) != cols)
    PrintFatalError(&fragment, field + ": expected modes of a " + Twine(rows) +
                                   " x " + Twine(cols) + " operand");

  std::vector<int64_t> modes = rowModes;
  modes.insert(modes.end(), colModes.begin(), colModes.end());
  SmallVector<unsigned> uses(modes.size(), 0);
  int64_t lanes = 1;
  for (int64_t mode : fragment.getValueAsListOfInts("thread")) {
    if (mode < 0 || mode >= int64_t(modes.size()))
      PrintFatalError(&fragment, field + ": no mode " + Twine(mode));
    ++uses[mode];
    lanes *= modes[mode];
  }
  for (int64_t mode : fragment.getValueAsListOfInts("reg")) {
    if (mode < 0 || mode >= int64_t(modes.size()))
      PrintFatalError(&fragment, field + ": no mode " + Twine(mode));
    ++uses[mode];
  }
  if (!all_of(uses, [](unsigned count) { return count == 1; }))
    PrintFatalError(&fragment, field + ": expected every mode exactly once");
  if (lanes != kWarpSize)
    PrintFatalError(&fragment, field + ": expected thread modes of " +
                                   Twine(kWarpSize) + " lanes, got " +
                                   Twine(lanes));
}

/// Checks that the registers of `field`, of elements of `bits` bits, can be
/// shared out in whole words among as many instructions as the outermost
/// register modes count: `shares`, most significant first.
static void checkShares(const Record &atom, StringRef field, int64_t bits,
                        ArrayRef<int64_t> shares) {
  const Record &fragment = *atom.getValueAsDef(field);
  std::vector<int64_t> modes = fragment.getValueAsListOfInts("rowModes");
  append_range(modes, fragment.getValueAsListOfInts("colModes"));
  SmallVector<int64_t> sizes;
  for (int64_t mode : fragment.getValueAsListOfInts("reg"))
    sizes.push_back(modes[mode]);
  int64_t left = product(sizes);
  for (auto [index, share] : enumerate(shares)) {
    if (share > 1 && (index >= sizes.size() || sizes[index] != share))
      PrintFatalError(&atom, field + ": expected register mode " +
                                 Twine(index) + " of size " + Twine(share));
    left /= share;
  }
  if (left * bits % kWordBits != 0)
    PrintFatalError(&atom, field + ": expected whole words for each " +
                               "instruction, got " + Twine(left) +
                               " elements of " + Twine(bits) + " bits");
}

/// Checks that scales, where there are any, divide k and fill at most a word.
static void checkScales(const Record &atom) {
  int64_t group = atom.getValueAsInt("scaleGroup");
  const Record *scale = atom.getValueAsOptionalDef("scale");
  if ((group != 0) != (scale != nullptr))
    PrintFatalError(&atom, "expected a scale group and a scale type, or none");
  int64_t k = atom.getValueAsInt("k");
  if (scale &&
      (k % group != 0 || k / group * scale->getValueAsInt("width") > kWordBits))
    PrintFatalError(&atom, "expected scale groups that divide k = " + Twine(k) +
                               ", a word of scales at most, got groups of " +
                               Twine(group));
}

static int64_t elementWidth(const Record &atom, StringRef type) {
  return atom.getValueAsDef(type)->getValueAsInt("width");
}

static void checkAtom(const Record &atom) {
  int64_t rows = atom.getValueAsInt("rows");
  int64_t tokens = atom.getValueAsInt("tokens");
  int64_t k = atom.getValueAsInt("k");
  checkFragment(atom, "fragA", rows, k);
  checkFragment(atom, "fragB", tokens, k);
  checkFragment(atom, "fragC", rows, tokens);
  int64_t issueRows = atom.getValueAsInt("issueRows");
  int64_t issueK = atom.getValueAsInt("issueK");
  checkShares(atom, "fragA", elementWidth(atom, "a"), {issueK, issueRows});
  checkShares(atom, "fragB", elementWidth(atom, "b"), {issueK});
  checkShares(atom, "fragC", elementWidth(atom, "acc"), {issueRows});
  checkScales(atom);
}

static void emitFragment(raw_ostream &os, const Twine &variable,
                         const Record &atom, StringRef field) {
  const Record &fragment = *atom.getValueAsDef(field);
  for (StringRef list : {"rowModes", "colModes", "thread", "reg"}) {
    os << "static constexpr int64_t " << variable << "_" << field << "_" << list
       << "[] = {";
    interleaveComma(fragment.getValueAsListOfInts(list), os);
    os << "};\n";
  }
}

static void emitMmaAtom(const Record &atom, size_t index, raw_ostream &os) {
  os << "  {\"" << atom.getValueAsString("name") << "\"";
  for (StringRef field : {"rows", "tokens", "k"})
    os << ", " << atom.getValueAsInt(field);
  for (StringRef field : {"a", "b", "acc"})
    os << ", ScalarKind::"
       << atom.getValueAsDef(field)->getValueAsString("kind");
  os << ", " << atom.getValueAsInt("minSm") << ", "
     << atom.getValueAsInt("minPtx") << ", \""
     << atom.getValueAsString("suffix") << "\",\n   \""
     << atom.getValueAsString("intrinsic") << "\"";
  for (StringRef field : kFragments) {
    os << ",\n   {";
    interleaveComma(
        ArrayRef<StringRef>{"rowModes", "colModes", "thread", "reg"}, os,
        [&](StringRef list) {
          os << "atom" << index << "_" << field << "_" << list;
        });
    os << "}";
  }
  for (StringRef field : {"issueRows", "issueK", "scaleGroup"})
    os << ", " << atom.getValueAsInt(field);
  if (const Record *scale = atom.getValueAsOptionalDef("scale"))
    os << ", ScalarKind::" << scale->getValueAsString("kind");
  else
    os << ", std::nullopt";
  os << "},\n";
}

static void emitMmaAtoms(const RecordKeeper &records, raw_ostream &os) {
  emitSourceFileHeader("MMA instructions", os, records);
  ArrayRef<const Record *> atoms = records.getAllDerivedDefinitions("MmaAtom");
  for (auto [index, atom] : enumerate(atoms)) {
    checkAtom(*atom);
    for (StringRef field : kFragments)
      emitFragment(os, "atom" + Twine(index), *atom, field);
  }

  for (bool isWarpgroup : {false, true}) {
    os << "static constexpr MmaAtom "
       << (isWarpgroup ? "kWarpgroupAtoms" : "kMmaAtoms") << "[] = {\n";
    for (auto [index, atom] : enumerate(atoms))
      if (atom->getValueAsBit("isWarpgroup") == isWarpgroup)
        emitMmaAtom(*atom, index, os);
    os << "};\n";
  }
}

static void emitMmaAtomDoc(const RecordKeeper &records, raw_ostream &os) {
  os << "# Matrix instructions\n\n"
     << "A is the weights, B the activations, written tokens x k. Fragments:\n"
     << "rows and columns factored into modes, then the modes that make the\n"
     << "lane number and the register number. Where an atom is issued as more\n"
     << "than one instruction, these take its registers in order.\n\n"
     << "| instruction | atom | A | B | accumulators | scales | from | PTX "
        "| fragment | modes | lane | registers |\n"
     << "|---|---|---|---|---|---|---|---|---|---|---|---|\n";
  auto list = [&](const Record &fragment, StringRef field) {
    os << "[";
    interleaveComma(fragment.getValueAsListOfInts(field), os);
    os << "]";
  };
  for (const Record *atom : records.getAllDerivedDefinitions("MmaAtom"))
    for (StringRef field : kFragments) {
      os << "| " << atom->getValueAsString("name") << " | "
         << atom->getValueAsInt("rows") << " x "
         << atom->getValueAsInt("tokens") << " x " << atom->getValueAsInt("k");
      for (StringRef type : {"a", "b", "acc"})
        os << " | " << atom->getValueAsDef(type)->getName().lower();
      os << " | ";
      if (const Record *scale = atom->getValueAsOptionalDef("scale"))
        os << scale->getName().lower() << " per "
           << atom->getValueAsInt("scaleGroup");
      int64_t ptx = atom->getValueAsInt("minPtx");
      os << " | sm_" << atom->getValueAsInt("minSm")
         << atom->getValueAsString("suffix") << " | " << ptx / 10 << "."
         << ptx % 10 << " | " << field.drop_front(4) << " | ";
      const Record &fragment = *atom->getValueAsDef(field);
      list(fragment, "rowModes");
      os << " x ";
      list(fragment, "colModes");
      os << " | ";
      list(fragment, "thread");
      os << " | ";
      list(fragment, "reg");
      os << " |\n";
    }
}

/// Every architecture, in rising order of its number.
static std::vector<const Record *> sortedArchs(const RecordKeeper &records) {
  std::vector<const Record *> archs =
      records.getAllDerivedDefinitions("Arch").vec();
  sort(archs, [](const Record *a, const Record *b) {
    return a->getValueAsInt("sm") < b->getValueAsInt("sm");
  });
  return archs;
}

/// Bits of an architecture, in the order of struct Arch.
static constexpr StringLiteral kFeatures[] = {
    "hasCpAsync", "hasDependentLaunch", "hasClusters", "hasStMatrix"};

/// Every GPU, in the order of the file.
static std::vector<const Record *> gpusInOrder(const RecordKeeper &records) {
  std::vector<const Record *> gpus =
      records.getAllDerivedDefinitions("Gpu").vec();
  sort(gpus, LessRecordByID());
  return gpus;
}

static constexpr StringRef kGpuNumbers[] = {"multiprocessors", "megahertz",
                                            "gigabytes", "fmas"};

static void emitArchDoc(const RecordKeeper &records, raw_ostream &os) {
  os << "# Architectures\n\n"
     << "| name | PTX | shared memory of a block | cp.async | dependent "
        "launches | clusters | stmatrix |\n|---|---|---|---|---|---|---|\n";
  for (const Record *arch : sortedArchs(records)) {
    int64_t ptx = arch->getValueAsInt("ptxVersion");
    os << "| " << arch->getName() << " | " << ptx / 10 << "." << ptx % 10
       << " | " << arch->getValueAsInt("maxSharedKB") << " KB";
    for (StringRef feature : kFeatures)
      os << (arch->getValueAsBit(feature) ? " | yes" : " | no");
    os << " |\n";
  }
}

static void emitArchs(const RecordKeeper &records, raw_ostream &os) {
  emitSourceFileHeader("GPU architectures", os, records);
  os << "static constexpr Arch kArchs[] = {\n";
  for (const Record *arch : sortedArchs(records)) {
    os << "  {\"" << arch->getName() << "\"";
    os << ", " << arch->getValueAsInt("sm");
    os << ", " << arch->getValueAsInt("ptxVersion");
    os << ", " << arch->getValueAsInt("maxSharedKB") * 1024;
    for (StringRef feature : kFeatures)
      os << (arch->getValueAsBit(feature) ? ", true" : ", false");
    os << "},\n";
  }
  os << "};\n\nstatic constexpr Gpu kGpus[] = {\n";
  for (const Record *gpu : gpusInOrder(records)) {
    os << "  {\"" << gpu->getValueAsString("name") << "\", "
       << gpu->getValueAsDef("arch")->getValueAsInt("sm");
    for (StringRef number : kGpuNumbers)
      os << ", " << gpu->getValueAsInt(number);
    os << "},\n";
  }
  os << "};\n";
}

static bool generate(raw_ostream &os, const RecordKeeper &records) {
  switch (action) {
  case Action::None:
    PrintError("expected one of the --gen- options; see --help");
    return true;
  case Action::Archs:
    emitArchs(records, os);
    return false;
  case Action::ArchDoc:
    emitArchDoc(records, os);
    return false;
  case Action::MmaAtoms:
    emitMmaAtoms(records, os);
    return false;
  case Action::MmaAtomDoc:
    emitMmaAtomDoc(records, os);
    return false;
  }
  llvm_unreachable("unknown action");
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::ParseCommandLineOptions(argc, argv,
                              "Generates Humming's hardware tables");
  return TableGenMain(argv[0], generate);
}
