//===- LayoutAttr.cpp - the layout attribute ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Syntax, verification, and the maps between coordinates, threads, registers
// and memory offsets.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/IR/HummingTile.h"

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

/// What a launch has only where tiles are shared, and where blocks are in
/// clusters.
static ParseResult parseLaunchOptions(AsmParser &parser, int64_t &blocks,
                                      int64_t &units, int64_t &cluster) {
  blocks = 0;
  units = cluster = 1;
  if (failed(parser.parseOptionalComma()))
    return success();
  if (succeeded(parser.parseOptionalKeyword("blocks"))) {
    if (parser.parseEqual() || parser.parseInteger(blocks) ||
        parser.parseComma() || parser.parseKeyword("units") ||
        parser.parseEqual() || parser.parseInteger(units))
      return failure();
    if (failed(parser.parseOptionalComma()))
      return success();
  }
  return failure(parser.parseKeyword("cluster") || parser.parseEqual() ||
                 parser.parseInteger(cluster));
}

static void printLaunchOptions(AsmPrinter &printer, int64_t blocks,
                               int64_t units, int64_t cluster) {
  if (blocks)
    printer << ", blocks = " << blocks << ", units = " << units;
  if (cluster > 1)
    printer << ", cluster = " << cluster;
}

#define GET_ATTRDEF_CLASSES
#include "humming/Dialect/HummingTile/IR/HummingTileAttrs.cpp.inc"

namespace humming::tile {

void HummingTileDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "humming/Dialect/HummingTile/IR/HummingTileAttrs.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

/// `[1, *4, 3]`: mode numbers, and replication counts (kept as negative
/// numbers).
static ParseResult parseModeList(AsmParser &parser,
                                 SmallVectorImpl<int64_t> &list) {
  return parser.parseCommaSeparatedList(
      AsmParser::Delimiter::Square, [&]() -> ParseResult {
        bool replicated = succeeded(parser.parseOptionalStar());
        int64_t value;
        if (parser.parseInteger(value))
          return failure();
        list.push_back(replicated ? -value : value);
        return success();
      });
}

static void printModeList(AsmPrinter &printer, StringRef keyword,
                          ArrayRef<int64_t> list) {
  if (list.empty())
    return;
  printer << " " << keyword << " [";
  llvm::interleaveComma(list, printer, [&](int64_t entry) {
    if (entry < 0)
      printer << "*" << -entry;
    else
      printer << entry;
  });
  printer << "]";
}

Attribute LayoutAttr::parse(AsmParser &parser, Type) {
  SmallVector<int64_t> rowModes, colModes, thread, reg, offset;
  int64_t swizzle = 0;
  if (parser.parseLess() || parser.parseLSquare() ||
      parseModeList(parser, rowModes) || parser.parseComma() ||
      parseModeList(parser, colModes) || parser.parseRSquare())
    return {};
  if (succeeded(parser.parseOptionalKeyword("thread")) &&
      parseModeList(parser, thread))
    return {};
  if (succeeded(parser.parseOptionalKeyword("reg")) &&
      parseModeList(parser, reg))
    return {};
  if (succeeded(parser.parseOptionalKeyword("offset")) &&
      parseModeList(parser, offset))
    return {};
  if (succeeded(parser.parseOptionalKeyword("swizzle")) &&
      parser.parseInteger(swizzle))
    return {};
  if (parser.parseGreater())
    return {};
  return parser.getChecked<LayoutAttr>(parser.getContext(), rowModes, colModes,
                                       thread, reg, offset, swizzle);
}

void LayoutAttr::print(AsmPrinter &printer) const {
  printer << "<[[";
  llvm::interleaveComma(getRowModes(), printer);
  printer << "], [";
  llvm::interleaveComma(getColModes(), printer);
  printer << "]]";
  printModeList(printer, "thread", getThread());
  printModeList(printer, "reg", getReg());
  printModeList(printer, "offset", getOffset());
  if (getSwizzle())
    printer << " swizzle " << getSwizzle();
  printer << ">";
}

LogicalResult LayoutAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 ArrayRef<int64_t> rowModes,
                                 ArrayRef<int64_t> colModes,
                                 ArrayRef<int64_t> thread,
                                 ArrayRef<int64_t> reg,
                                 ArrayRef<int64_t> offset, int64_t swizzle) {
  for (int64_t extent : llvm::concat<const int64_t>(rowModes, colModes))
    if (extent <= 0)
      return emitError() << "expected positive mode extents, got " << extent;
  if (!offset.empty() && (!thread.empty() || !reg.empty()))
    return emitError() << "expected either thread and reg (a fragment) or "
                          "offset (memory), got both";
  if (offset.empty() && swizzle)
    return emitError() << "expected a swizzle only in memory";
  if (!llvm::is_contained({0, 32, 64, 128}, swizzle))
    return emitError() << "expected swizzle 32, 64 or 128 (bytes), got "
                       << swizzle;

  int64_t numModes = rowModes.size() + colModes.size();
  SmallVector<int> uses(numModes, 0);
  for (auto [list, mayReplicate] :
       {std::pair(thread, true), std::pair(reg, false),
        std::pair(offset, false)})
    for (int64_t entry : list) {
      if (entry < 0 && mayReplicate)
        continue;
      if (entry < 0 || entry >= numModes)
        return emitError() << "expected a mode below " << numModes << ", got "
                           << entry;
      ++uses[entry];
    }
  for (auto [mode, count] : llvm::enumerate(uses)) {
    int64_t extent = mode < rowModes.size() ? rowModes[mode]
                                            : colModes[mode - rowModes.size()];
    if (count > 1 || (count == 0 && extent != 1))
      return emitError() << "expected every mode once, mode " << mode
                         << " appears " << count << " times";
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Maps
//===----------------------------------------------------------------------===//

static int64_t product(ArrayRef<int64_t> values) {
  int64_t result = 1;
  for (int64_t value : values)
    result *= value;
  return result;
}

int64_t LayoutAttr::getRows() const { return product(getRowModes()); }
int64_t LayoutAttr::getCols() const { return product(getColModes()); }

LayoutAttr::Mode LayoutAttr::getMode(int64_t mode) const {
  int64_t dim = mode < static_cast<int64_t>(getRowModes().size()) ? 0 : 1;
  ArrayRef<int64_t> modes = dim == 0 ? getRowModes() : getColModes();
  int64_t index = dim == 0 ? mode : mode - getRowModes().size();
  return {dim, modes[index], product(modes.drop_front(index + 1))};
}

/// The extent of an entry of a mode list.
static int64_t entryExtent(LayoutAttr layout, int64_t entry) {
  return entry < 0 ? -entry : layout.getMode(entry).extent;
}

static int64_t listExtent(LayoutAttr layout, ArrayRef<int64_t> list) {
  int64_t extent = 1;
  for (int64_t entry : list)
    extent *= entryExtent(layout, entry);
  return extent;
}

static std::optional<int64_t> strideIn(LayoutAttr layout,
                                       ArrayRef<int64_t> list, int64_t mode) {
  const auto *it = llvm::find(list, mode);
  if (it == list.end())
    return std::nullopt;
  return listExtent(layout, list.drop_front(it - list.begin() + 1));
}

int64_t LayoutAttr::getNumThreads() const {
  return listExtent(*this, getThread());
}
int64_t LayoutAttr::getNumRegs() const { return listExtent(*this, getReg()); }

std::optional<int64_t> LayoutAttr::getThreadStride(int64_t mode) const {
  return strideIn(*this, getThread(), mode);
}
std::optional<int64_t> LayoutAttr::getRegStride(int64_t mode) const {
  return strideIn(*this, getReg(), mode);
}
std::optional<int64_t> LayoutAttr::getOffsetStride(int64_t mode) const {
  return strideIn(*this, getOffset(), mode);
}

std::pair<int64_t, int64_t> LayoutAttr::coordinates(int64_t thread,
                                                    int64_t reg) const {
  int64_t coords[2] = {0, 0};
  for (int64_t index = 0, e = getNumModes(); index < e; ++index) {
    Mode mode = getMode(index);
    int64_t digit = 0;
    if (std::optional<int64_t> stride = getThreadStride(index))
      digit = thread / *stride % mode.extent;
    else if (std::optional<int64_t> stride = getRegStride(index))
      digit = reg / *stride % mode.extent;
    coords[mode.dim] += digit * mode.weight;
  }
  return {coords[0], coords[1]};
}

int64_t LayoutAttr::regOf(int64_t row, int64_t col) const {
  int64_t reg = 0;
  for (int64_t index = 0, e = getNumModes(); index < e; ++index) {
    Mode mode = getMode(index);
    if (std::optional<int64_t> stride = getRegStride(index))
      reg += (mode.dim == 0 ? row : col) / mode.weight % mode.extent * *stride;
  }
  return reg;
}

/// A dimension's outermost mode is unbounded in memory: its digit needs no
/// modulus.
static bool isOutermost(LayoutAttr layout, int64_t index) {
  return index == 0 ||
         index == static_cast<int64_t>(layout.getRowModes().size());
}

int64_t LayoutAttr::offsetOf(int64_t row, int64_t col) const {
  int64_t offset = 0;
  for (int64_t index = 0, e = getNumModes(); index < e; ++index) {
    Mode mode = getMode(index);
    int64_t digit = (mode.dim == 0 ? row : col) / mode.weight;
    if (!isOutermost(*this, index))
      digit %= mode.extent;
    offset += digit * getOffsetStride(index).value_or(0);
  }
  return offset;
}

//===----------------------------------------------------------------------===//
// As the layout of a memref
//===----------------------------------------------------------------------===//

AffineMap LayoutAttr::getAffineMap() const {
  AffineExpr offset = getAffineConstantExpr(0, getContext());
  for (int64_t index = 0, e = getNumModes(); index < e; ++index) {
    Mode mode = getMode(index);
    AffineExpr digit =
        getAffineDimExpr(mode.dim, getContext()).floorDiv(mode.weight);
    if (!isOutermost(*this, index))
      digit = digit % mode.extent;
    offset = offset + digit * getOffsetStride(index).value_or(0);
  }
  return AffineMap::get(/*dimCount=*/2, /*symbolCount=*/0, offset);
}

bool LayoutAttr::isIdentity() const { return false; }

LogicalResult
LayoutAttr::verifyLayout(ArrayRef<int64_t> shape,
                         function_ref<InFlightDiagnostic()> emitError) const {
  if (shape.size() != 2)
    return emitError() << "expected two dimensions under a tile layout, got "
                       << shape.size();
  if (getOffset().empty())
    return emitError() << "expected a layout of memory offsets for a memref";
  return success();
}

LogicalResult LayoutAttr::getStridesAndOffset(ArrayRef<int64_t>,
                                              SmallVectorImpl<int64_t> &,
                                              int64_t &) const {
  return failure();
}

} // namespace humming::tile
