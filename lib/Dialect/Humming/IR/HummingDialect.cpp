//===- HummingDialect.cpp - The problem dialect, its types and attributes -===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Registration of the dialect, verification of types and attributes, and the
// aliases under which attributes are printed.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/IR/Humming.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace humming;

#include "humming/Dialect/Humming/IR/HummingDialect.cpp.inc"
#include "humming/Dialect/Humming/IR/HummingEnums.cpp.inc"

namespace humming::detail {
/// Parses a bare word such as u4 or m16n8k16.
static FailureOr<std::string> parseKeywordParameter(AsmParser &parser) {
  StringRef keyword;
  if (parser.parseKeyword(&keyword))
    return failure();
  return keyword.str();
}
} // namespace humming::detail

/// Parses the name of a code: a word, and behind `lutB` the values of a table.
static ParseResult parseCodeName(AsmParser &parser, std::string &name) {
  StringRef keyword;
  if (parser.parseKeyword(&keyword))
    return failure();
  name = keyword.str();
  if (failed(parser.parseOptionalComma()))
    return success();
  // As Code::parse takes it, with digits enough for every double.
  std::string text = keyword.str() + ",[";
  auto parseValue = [&]() -> ParseResult {
    bool isNegative = succeeded(parser.parseOptionalMinus());
    double value = 0;
    int64_t integer = 0;
    OptionalParseResult isInteger = parser.parseOptionalInteger(integer);
    if (isInteger.has_value() ? failed(*isInteger)
                              : failed(parser.parseFloat(value)))
      return failure();
    if (isInteger.has_value())
      value = static_cast<double>(integer);
    llvm::raw_string_ostream(text)
        << (text.back() == '[' ? "" : ",")
        << llvm::format("%.17g", isNegative ? -value : value);
    return success();
  };
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseValue))
    return failure();
  std::optional<::humming::Code> code = ::humming::Code::parse(text + "]");
  if (!code)
    return parser.emitError(loc, "expected the 2^B finite values of lutB, B "
                                 "from 1 to 8, behind '")
           << keyword << "'";
  name = code->name();
  return success();
}

static void printCodeName(AsmPrinter &printer, StringRef name) {
  auto [keyword, values] = name.split(',');
  printer << keyword;
  if (!values.empty())
    printer << ", " << values;
}

#define GET_TYPEDEF_CLASSES
#include "humming/Dialect/Humming/IR/HummingTypes.cpp.inc"

/// Parses the word of an enum behind a field's name.
template <typename Kind>
static ParseResult
parseScheduleWord(AsmParser &parser, StringRef key, StringRef words,
                  std::optional<Kind> (*symbolize)(StringRef), Kind &kind) {
  llvm::SMLoc location = parser.getCurrentLocation();
  StringRef value;
  if (parser.parseKeyword(&value))
    return failure();
  std::optional<Kind> known = symbolize(value);
  if (!known)
    return parser.emitError(location)
           << "expected " << key << " = " << words << ", got " << value;
  kind = *known;
  return success();
}

/// The fields that have defaults, in any order.
static ParseResult parseScheduleOptions(AsmParser &parser, StoreKind &store,
                                        int64_t &blocks, int64_t &prefetch,
                                        int64_t &cluster, FixupKind &fixup,
                                        int64_t &turns) {
  store = StoreKind::Direct;
  fixup = FixupKind::Memory;
  blocks = prefetch = 0;
  cluster = turns = 1;
  const std::pair<StringRef, int64_t *> numbers[] = {{"blocks", &blocks},
                                                     {"prefetch", &prefetch},
                                                     {"cluster", &cluster},
                                                     {"turns", &turns}};
  while (succeeded(parser.parseOptionalComma())) {
    llvm::SMLoc location = parser.getCurrentLocation();
    StringRef key;
    if (parser.parseKeyword(&key) || parser.parseEqual())
      return failure();
    const auto *number = llvm::find_if(
        numbers, [&](const auto &field) { return field.first == key; });
    ParseResult parsed = success();
    if (number != std::end(numbers))
      parsed = parser.parseInteger(*number->second);
    else if (key == "store")
      parsed = parseScheduleWord(parser, key, "direct, shared or tma",
                                 symbolizeStoreKind, store);
    else if (key == "fixup")
      parsed = parseScheduleWord(parser, key, "memory or cluster",
                                 symbolizeFixupKind, fixup);
    else
      return parser.emitError(location)
             << "expected store, blocks, prefetch, cluster, fixup or turns, "
                "got "
             << key;
    if (failed(parsed))
      return failure();
  }
  return success();
}

static void printScheduleOptions(AsmPrinter &printer, StoreKind store,
                                 int64_t blocks, int64_t prefetch,
                                 int64_t cluster, FixupKind fixup,
                                 int64_t turns) {
  if (store != StoreKind::Direct)
    printer << ", store = " << stringifyStoreKind(store);
  if (blocks)
    printer << ", blocks = " << blocks;
  if (prefetch)
    printer << ", prefetch = " << prefetch;
  if (cluster != 1)
    printer << ", cluster = " << cluster;
  if (fixup != FixupKind::Memory)
    printer << ", fixup = " << stringifyFixupKind(fixup);
  if (turns != 1)
    printer << ", turns = " << turns;
}

#define GET_ATTRDEF_CLASSES
#include "humming/Dialect/Humming/IR/HummingAttrs.cpp.inc"

namespace {
/// Prints schedules, numerics and tables under an alias, so that a gemm stays
/// readable.
struct HummingAsmInterface : public OpAsmDialectInterface {
  using OpAsmDialectInterface::OpAsmDialectInterface;
  AliasResult getAlias(Type type, raw_ostream &os) const override {
    auto code = dyn_cast<CodeType>(type);
    if (!code || !code.getName().contains(','))
      return AliasResult::NoAlias;
    os << code.getName().split(',').first;
    return AliasResult::FinalAlias;
  }
  AliasResult getAlias(Attribute attribute, raw_ostream &os) const override {
    if (isa<ScheduleAttr>(attribute)) {
      os << "schedule";
      return AliasResult::FinalAlias;
    }
    if (isa<NumericsAttr>(attribute)) {
      os << "numerics";
      return AliasResult::FinalAlias;
    }
    return AliasResult::NoAlias;
  }
};
} // namespace

void HummingDialect::initialize() {
  registerAttributes();
  registerTypes();
  addOperations<
#define GET_OP_LIST
#include "humming/Dialect/Humming/IR/HummingOps.cpp.inc"
      >();
  addInterfaces<HummingAsmInterface>();
}

void HummingDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "humming/Dialect/Humming/IR/HummingAttrs.cpp.inc"
      >();
}

void HummingDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "humming/Dialect/Humming/IR/HummingTypes.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// CodeType
//===----------------------------------------------------------------------===//

LogicalResult CodeType::verify(function_ref<InFlightDiagnostic()> emitError,
                               StringRef name) {
  std::optional<::humming::Code> code =
      ::humming::Code::parse({name.data(), name.size()});
  if (!code)
    return emitError() << "unknown code '" << name
                       << "': expected u1 to u8, i1 to i8, eXmY of at most 8 "
                          "bits, nf4, or a table such as lut1, [-1, 0.5]";
  // Equal codes are one type.
  if (code->name() != name)
    return emitError() << "expected the code's own name '" << code->name()
                       << "', got '" << name << "'";
  return success();
}

::humming::Code CodeType::getCode() const {
  StringRef name = getName();
  return *::humming::Code::parse({name.data(), name.size()});
}

//===----------------------------------------------------------------------===//
// ScheduleAttr
//===----------------------------------------------------------------------===//

LogicalResult ScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   int64_t blockN, int64_t blockM,
                                   int64_t blockK, int64_t warpsN,
                                   int64_t warpsM, int64_t stages,
                                   StringRef mma, CopyKind copy, int64_t splitK,
                                   StoreKind, int64_t blocks, int64_t prefetch,
                                   int64_t cluster, FixupKind, int64_t turns) {
  // schedule_c1
  const std::tuple<StringRef, int64_t, int64_t> fields[] = {
      {"block n", blockN, 1},    {"block m", blockM, 1},
      {"block k", blockK, 1},    {"warps n", warpsN, 1},
      {"warps m", warpsM, 1},    {"stages", stages, 1},
      {"split_k", splitK, 1},    {"blocks", blocks, 0},
      {"prefetch", prefetch, 0}, {"cluster", cluster, 1},
      {"turns", turns, 1}};
  for (auto [name, value, least] : fields)
    if (value < least)
      return emitError() << "expected " << name << " of at least " << least
                         << ", got " << value;
  // schedule_c2: the rows of an MMA atom are output channels.
  if (blockN % (16 * warpsN))
    return emitError() << "expected block n to be a multiple of 16 x warps n = "
                       << 16 * warpsN << ", got " << blockN;
  // schedule_c3: the columns of an MMA atom are tokens.
  if (blockM % (8 * warpsM))
    return emitError() << "expected block m to be a multiple of 8 x warps m = "
                       << 8 * warpsM << ", got " << blockM;
  // schedule_c4: ranks are bits of a 16-bit mask; 8 blocks on every GPU.
  if (cluster > 8 || !llvm::isPowerOf2_64(cluster))
    return emitError() << "expected cluster = 1, 2, 4 or 8, got " << cluster;
  // schedule_c5
  if (turns > 2)
    return emitError() << "expected turns = 1 or 2, got " << turns;
  return success();
}

//===----------------------------------------------------------------------===//
// OrderAttr
//===----------------------------------------------------------------------===//

LogicalResult OrderAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                StringRef, int64_t slice, int64_t part) {
  // order_c1
  if (part < 1 || slice < part || slice % part)
    return emitError() << "expected a slice of whole parts of at least one "
                          "value, got slice "
                       << slice << " and part " << part;
  return success();
}
