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

#define GET_TYPEDEF_CLASSES
#include "humming/Dialect/Humming/IR/HummingTypes.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "humming/Dialect/Humming/IR/HummingAttrs.cpp.inc"

namespace {
/// Prints schedules and numerics under an alias, so that a gemm stays readable.
struct HummingAsmInterface : public OpAsmDialectInterface {
  using OpAsmDialectInterface::OpAsmDialectInterface;
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
  if (!::humming::Code::parse({name.data(), name.size()}))
    return emitError()
           << "unknown code '" << name
           << "': expected u1 to u8, i1 to i8, eXmY of at most 8 bits, or nf4";
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
                                   StringRef mma, CopyKind copy,
                                   int64_t splitK) {
  // schedule_c1
  const std::pair<StringRef, int64_t> fields[] = {
      {"block n", blockN}, {"block m", blockM}, {"block k", blockK},
      {"warps n", warpsN}, {"warps m", warpsM}, {"stages", stages},
      {"split_k", splitK}};
  for (auto [name, value] : fields)
    if (value < 1)
      return emitError() << "expected " << name << " of at least 1, got "
                         << value;
  // schedule_c2: the rows of an MMA atom are output channels.
  if (blockN % (16 * warpsN))
    return emitError() << "expected block n to be a multiple of 16 x warps n = "
                       << 16 * warpsN << ", got " << blockN;
  // schedule_c3: the columns of an MMA atom are tokens.
  if (blockM % (8 * warpsM))
    return emitError() << "expected block m to be a multiple of 8 x warps m = "
                       << 8 * warpsM << ", got " << blockM;
  return success();
}
