//===- HummingTileDialect.cpp - dialect and types -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Registration, the assembly of the tile types, what a launch must say, and
// aliases that keep layouts out of the operations' lines.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/IR/HummingTile.h"

#include "humming/Dialect/Humming/IR/Humming.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

#include "humming/Dialect/HummingTile/IR/HummingTileDialect.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "humming/Dialect/HummingTile/IR/HummingTileTypes.cpp.inc"

namespace humming::tile {

unsigned getElementBits(Type type) {
  if (auto code = dyn_cast<CodeType>(type))
    return code.getBits();
  return type.getIntOrFloatBitWidth();
}

namespace {
struct LayoutAliases : public OpAsmDialectInterface {
  using OpAsmDialectInterface::OpAsmDialectInterface;

  AliasResult getAlias(Attribute attr, raw_ostream &os) const override {
    auto layout = dyn_cast<LayoutAttr>(attr);
    if (!layout)
      return AliasResult::NoAlias;
    os << (layout.getOffset().empty() ? "frag" : "mem") << layout.getRows()
       << "x" << layout.getCols();
    return AliasResult::FinalAlias;
  }
};
} // namespace

void HummingTileDialect::initialize() {
  registerAttributes();
  addTypes<
#define GET_TYPEDEF_LIST
#include "humming/Dialect/HummingTile/IR/HummingTileTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "humming/Dialect/HummingTile/IR/HummingTileOps.cpp.inc"
      >();
  addInterfaces<LayoutAliases>();
}

LogicalResult LaunchAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 int64_t threads, int64_t shared, int64_t tiles,
                                 int64_t blockN, int64_t blockM, int64_t split,
                                 int64_t blocks, int64_t units,
                                 int64_t cluster) {
  if (threads < 1 || tiles < 1 || split < 1)
    return emitError() << "expected at least 1 thread, tile and split, got "
                       << threads << ", " << tiles << " and " << split;
  if (shared < 0 || blockN < 0 || blockM < 0)
    return emitError()
           << "expected shared, block_n and block_m of at least 0, got "
           << shared << ", " << blockN << " and " << blockM;
  if (blocks < 0 || units < 1 || (blocks > 0 && split > 1))
    return emitError() << "expected blocks of at least 0 that share at least "
                          "1 unit, and no slices beside them, got "
                       << blocks << ", " << units << " and " << split;
  if (cluster < 1 || tiles * split % cluster || blocks % cluster)
    return emitError() << "expected whole clusters of at least 1 block, got "
                       << cluster << " with " << tiles << " tiles in " << split
                       << " slices and " << blocks << " blocks";
  return success();
}

LaunchAttr LaunchAttr::withThreads(int64_t threads) const {
  return get(getContext(), threads, getShared(), getTiles(), getBlockN(),
             getBlockM(), getSplit(), getBlocks(), getUnits(), getCluster());
}

LaunchAttr LaunchAttr::withShared(int64_t shared) const {
  return get(getContext(), getThreads(), shared, getTiles(), getBlockN(),
             getBlockM(), getSplit(), getBlocks(), getUnits(), getCluster());
}

//===----------------------------------------------------------------------===//
// Tile types
//===----------------------------------------------------------------------===//

/// `<` dims x element (`,` layout)? `>` with exactly `rank` dimensions.
static FailureOr<std::tuple<SmallVector<int64_t>, Type, LayoutAttr>>
parseTile(AsmParser &parser, size_t rank) {
  SmallVector<int64_t> dims;
  Type element;
  LayoutAttr layout;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() ||
      parser.parseDimensionList(dims, /*allowDynamic=*/false) ||
      parser.parseType(element))
    return failure();
  if (dims.size() != rank)
    return parser.emitError(loc)
           << "expected " << rank << " dimensions, got " << dims.size();
  if (succeeded(parser.parseOptionalComma()) && parser.parseAttribute(layout))
    return failure();
  if (parser.parseGreater())
    return failure();
  return std::make_tuple(dims, element, layout);
}

static void printTile(AsmPrinter &printer, ArrayRef<int64_t> dims, Type element,
                      LayoutAttr layout) {
  printer << "<";
  printer.printDimensionList(dims);
  printer << "x" << element;
  if (layout)
    printer << ", " << layout;
  printer << ">";
}

static LogicalResult verifyTile(function_ref<InFlightDiagnostic()> emitError,
                                int64_t rows, int64_t cols, Type element,
                                LayoutAttr layout) {
  if (rows <= 0 || cols <= 0)
    return emitError() << "expected positive tile dimensions, got " << rows
                       << "x" << cols;
  if (!isa<CodeType>(element) && !element.isIntOrFloat())
    return emitError() << "expected an integer, float or code as element, got "
                       << element;
  if (layout && (layout.getRows() != rows || layout.getCols() != cols))
    return emitError() << "expected a layout of " << rows << "x" << cols
                       << ", got " << layout.getRows() << "x"
                       << layout.getCols();
  return success();
}

Type FragType::parse(AsmParser &parser) {
  auto tile = parseTile(parser, 2);
  if (failed(tile))
    return {};
  auto [dims, element, layout] = *tile;
  return parser.getChecked<FragType>(parser.getContext(), dims[0], dims[1],
                                     element, layout);
}

void FragType::print(AsmPrinter &printer) const {
  printTile(printer, {getRows(), getCols()}, getElementType(), getLayout());
}

LogicalResult FragType::verify(function_ref<InFlightDiagnostic()> emitError,
                               int64_t rows, int64_t cols, Type element,
                               LayoutAttr layout) {
  if (layout && !layout.getOffset().empty())
    return emitError() << "expected a layout of threads and registers for a "
                          "fragment, got memory offsets";
  return verifyTile(emitError, rows, cols, element, layout);
}

Type SmemType::parse(AsmParser &parser) {
  auto tile = parseTile(parser, 3);
  if (failed(tile))
    return {};
  auto [dims, element, layout] = *tile;
  return parser.getChecked<SmemType>(parser.getContext(), dims[0], dims[1],
                                     dims[2], element, layout);
}

void SmemType::print(AsmPrinter &printer) const {
  printTile(printer, {getStages(), getRows(), getCols()}, getElementType(),
            getLayout());
}

LogicalResult SmemType::verify(function_ref<InFlightDiagnostic()> emitError,
                               int64_t stages, int64_t rows, int64_t cols,
                               Type element, LayoutAttr layout) {
  if (stages <= 0)
    return emitError() << "expected at least one stage, got " << stages;
  if (layout && layout.getOffset().empty())
    return emitError() << "expected a layout of memory offsets for shared "
                          "memory, got threads and registers";
  return verifyTile(emitError, rows, cols, element, layout);
}

int64_t SmemType::getStageBytes() const {
  return getRows() * getCols() * getElementBits(getElementType()) / 8;
}

} // namespace humming::tile
