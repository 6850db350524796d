//===- humming-support.cpp - The support matrix as a page -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Prints docs/Support.md from the table that humming-check-target refuses by:
// each cell asks it, none is written down here.
//
//===----------------------------------------------------------------------===//

#include "ToolMain.h"
#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/Dialect/Humming/Transforms/Support.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace humming;

static constexpr StringRef kIntroduction = R"(# Support

What the compiler takes, as it refuses by it: `humming-support` prints this page from the same table. A cell names the
oldest architecture that runs the combination; every newer one does too. Where it says no, the compiler says why and what
would work. Each yes stands for problems of the conformance suite (see [Testing](Testing.md)), and what every
word means is in [Numerics](Numerics.md).

Any M, N and K go with all of it, tails included, as do a global scale, a permutation of K, a bias and every epilogue of
`arith` ops. Results are f16, bf16 or f32.
)";

namespace {
class Page {
public:
  Page(MLIRContext *context, raw_ostream &os)
      : context(context), os(os), activations(activationTypes(context)) {}

  void print();

private:
  /// Starts a table with a column for each type of activations.
  void begin(StringRef title, StringRef text, StringRef rows);
  /// A row whose cells `types` describes, one for each type of activations.
  /// Those that do not `count` say no.
  void row(
      const Twine &name, llvm::function_ref<GemmTypes(Type)> types,
      llvm::function_ref<bool(const GemmTypes &)> count =
          [](const GemmTypes &) { return true; });

  void codes(StringRef title, StringRef text, ZeroKind zero);
  void scales();
  void groups();
  void inputScales();
  void blockScales();
  void accumulators();
  void instructions();

  /// Types of `activation` beside a narrow code that goes with all of them.
  GemmTypes plain(Type activation) const;
  /// With two groups of `size` values of k, scaled at `place`.
  GemmTypes grouped(Type activation, ScaleKind place, int64_t size) const;

  MLIRContext *context;
  raw_ostream &os;
  std::vector<Type> activations;
};
} // namespace

static StringRef nameOf(Type type) { return name(*scalarKind(type)); }

/// The oldest architecture that runs these types, or "no".
static StringRef leastArch(const GemmTypes &types) {
  for (const Arch &arch : allArchs())
    if (!refusal(types, arch))
      return arch.name;
  return "no";
}

void Page::begin(StringRef title, StringRef text, StringRef rows) {
  os << "\n## " << title << "\n\n" << text << "\n\n| " << rows << " |";
  for (Type activation : activations)
    os << ' ' << nameOf(activation) << " |";
  os << "\n|---|";
  for (size_t column = 0; column < activations.size(); ++column)
    os << "---|";
  os << '\n';
}

void Page::row(const Twine &name, llvm::function_ref<GemmTypes(Type)> types,
               llvm::function_ref<bool(const GemmTypes &)> count) {
  os << "| " << name << " |";
  for (Type activation : activations) {
    GemmTypes cell = types(activation);
    os << ' ' << (count(cell) ? leastArch(cell) : "no") << " |";
  }
  os << '\n';
}

GemmTypes Page::plain(Type activation) const {
  GemmTypes types{activation, Code::signedInteger(1)};
  types.acc = activation.isInteger() ? AccKind::I32 : AccKind::F32;
  types.k = 512;
  return types;
}

GemmTypes Page::grouped(Type activation, ScaleKind place, int64_t size) const {
  GemmTypes types = plain(activation);
  types.place = place;
  types.k = 2 * size;
  types.groups = 2;
  types.groupSize = size;
  types.scale = activation;
  if (place == ScaleKind::Accumulator)
    types.scale = Float32Type::get(context);
  else if (activation.getIntOrFloatBitWidth() == 8)
    types.scale = Float8E4M3FNType::get(context);
  return types;
}

void Page::codes(StringRef title, StringRef text, ZeroKind zero) {
  begin(title, text, "code");
  // Cells come by activations; rows are codes.
  std::vector<SupportCell> cells = supportCells(context);
  for (const Code &code : allCodes()) {
    std::string line;
    for (const SupportCell &cell : cells)
      if (cell.code == code && cell.zero == zero)
        line += (" " + (cell.least ? cell.least->name : "no") + " |").str();
    if (!line.empty())
      os << "| " << StringRef(code.name()).split(',').first << " |" << line
         << '\n';
  }
}

void Page::scales() {
  const Type kinds[] = {
      Float16Type::get(context),    BFloat16Type::get(context),
      Float32Type::get(context),    Float8E4M3FNType::get(context),
      Float8E5M2Type::get(context), Float8E8M0FNUType::get(context)};
  const std::pair<ScaleKind, StringRef> places[] = {
      {ScaleKind::Operand,
       "`scale = operand`: weights are scaled and rounded before the "
       "multiplication. Shown for i1;\ncodes whose products with 8-bit scales "
       "leave the range of f16 are refused beside it; beside e4m3\nand e5m2 "
       "all but integers are."},
      {ScaleKind::Accumulator,
       "`scale = accumulator`: sums are scaled. For every code."}};
  for (auto [place, text] : places) {
    begin(place == ScaleKind::Operand ? "Scales of weights, on operands"
                                      : "Scales of weights, on accumulators",
          text, "scale");
    for (Type kind : kinds)
      row(nameOf(kind), [&, place = place](Type activation) {
        GemmTypes types = grouped(activation, place, 64);
        types.scale = kind;
        return types;
      });
  }
}

void Page::groups() {
  const std::pair<ScaleKind, StringRef> places[] = {
      {ScaleKind::Operand, "Groups of k, scales on operands"},
      {ScaleKind::Accumulator, "Groups of k, scales on accumulators"}};
  for (auto [place, title] : places) {
    begin(title,
          "Values of k that share a scale; the last group may have fewer. "
          "Scales for a channel, a tensor\nor blocks of rows as well.",
          "group");
    for (int64_t size : {8, 16, 32, 48, 64, 96, 128})
      row(Twine(size), [&, place = place](Type activation) {
        return grouped(activation, place, size);
      });
  }
}

void Page::inputScales() {
  const Type kinds[] = {Float32Type::get(context),
                        Float8E8M0FNUType::get(context)};
  begin("Scales of activations",
        "For the tensor, for each token, or for each token and group of k; on "
        "the accumulators. Scales in e4m3\nare for the matrix instruction "
        "alone, below.",
        "input scale");
  for (Type kind : kinds) {
    row(nameOf(kind) + Twine(", tensor or token"), [&](Type activation) {
      GemmTypes types = plain(activation);
      types.inputScale = kind;
      return types;
    });
    for (int64_t size : {16, 32, 64, 128})
      row(nameOf(kind) + Twine(", groups of ") + Twine(size),
          [&](Type activation) {
            GemmTypes types = grouped(activation, ScaleKind::Accumulator, size);
            types.inputScale = kind;
            types.inputGroups = types.groups;
            types.inputGroupSize = size;
            return types;
          });
  }
}

void Page::blockScales() {
  const Type kinds[] = {Float8E8M0FNUType::get(context),
                        Float8E4M3FNType::get(context)};
  begin("Scales in the matrix instruction",
        "Of the weights and the activations alike: MX with ue8m0 for 32, NV "
        "with e4m3 for 16 values of k. Products\nare scaled before they are "
        "summed, so these groups need no whole multiplication.",
        "scale");
  for (Type kind : kinds)
    for (int64_t size : {16, 32})
      row(
          nameOf(kind) + Twine(", groups of ") + Twine(size),
          [&](Type activation) {
            GemmTypes types = grouped(activation, ScaleKind::Accumulator, size);
            types.scale = types.inputScale = kind;
            types.inputGroups = types.groups;
            types.inputGroupSize = size;
            return types;
          },
          [](const GemmTypes &types) { return hasBlockScales(types); });
}

void Page::accumulators() {
  begin("Accumulators",
        "f16 only where no sum can leave its range: shown for i1 and K = 512.",
        "acc");
  for (AccKind acc : {AccKind::F32, AccKind::I32, AccKind::F16})
    row(stringifyAccKind(acc), [&](Type activation) {
      GemmTypes types = plain(activation);
      types.acc = acc;
      return types;
    });
}

void Page::instructions() {
  begin("Instructions", "The MMA of a gemm whose groups are long.",
        "architecture");
  for (const Arch &arch : allArchs()) {
    os << "| " << arch.name << " |";
    for (Type activation : activations) {
      const MmaAtom *atom = selectAtom(plain(activation), arch);
      os << ' ' << (atom ? atom->name : "no") << " |";
    }
    os << '\n';
  }
}

void Page::print() {
  os << kIntroduction;
  codes("Codes",
        "Without zero points: `uB` stands for code - 2^(B-1). `lutB` is any "
        "table of 2^B values.",
        ZeroKind::None);
  codes("Codes with zero points that are codes", "Of the weights' own format.",
        ZeroKind::Code);
  codes("Codes with zero points that are numbers", "Of the activations' type.",
        ZeroKind::Number);
  scales();
  groups();
  inputScales();
  blockScales();
  accumulators();
  instructions();
}

HUMMING_TOOL_MAIN hummingSupportMain(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  llvm::cl::ParseCommandLineOptions(
      argc, argv, "Humming: prints the support matrix, docs/Support.md\n");
  MLIRContext context(MLIRContext::Threading::DISABLED);
  context.loadDialect<HummingDialect>();
  Page(&context, llvm::outs()).print();
  return 0;
}
