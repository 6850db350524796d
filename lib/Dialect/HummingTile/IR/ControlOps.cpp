//===- ControlOps.cpp - foreach and pipeline ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Syntax and verification of the operations that run their regions many times.
// Constraints are labelled as in HummingTileOps.td.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/IR/HummingTile.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;

namespace humming::tile {

//===----------------------------------------------------------------------===//
// foreach
//===----------------------------------------------------------------------===//

void ForeachOp::build(OpBuilder &builder, OperationState &result, Value rows,
                      Value cols, Value depth, ArrayRef<int64_t> tile,
                      int64_t turn, int64_t split, int64_t blocks,
                      int64_t cluster, bool joined, int64_t sets) {
  result.addOperands({rows, cols, depth});
  Properties &properties = result.getOrAddProperties<Properties>();
  properties.tile = builder.getDenseI64ArrayAttr(tile);
  properties.turn = builder.getI64IntegerAttr(turn);
  properties.split = builder.getI64IntegerAttr(split);
  properties.blocks = builder.getI64IntegerAttr(blocks);
  properties.cluster = builder.getI64IntegerAttr(cluster);
  properties.sets = builder.getI64IntegerAttr(sets);
  if (joined)
    properties.joined = builder.getUnitAttr();
  OpBuilder::InsertionGuard guard(builder);
  unsigned arguments = numArguments(sets);
  builder.createBlock(result.addRegion(), {},
                      SmallVector<Type>(arguments, builder.getIndexType()),
                      SmallVector<Location>(arguments, result.location));
}

/// Words of the assembly: a keyword and a number, left out where it is the
/// attribute's default.
static constexpr std::pair<StringLiteral, int64_t> kForeachOptions[] = {
    {"turn", 1}, {"split", 1}, {"blocks", 0}, {"cluster", 1}, {"sets", 1}};
/// The word behind them.
static constexpr StringLiteral kJoined = "joined";

ParseResult ForeachOp::parse(OpAsmParser &parser, OperationState &result) {
  SmallVector<OpAsmParser::Argument> args;
  SmallVector<OpAsmParser::UnresolvedOperand> bounds;
  Builder &builder = parser.getBuilder();
  Type index = builder.getIndexType();
  if (parser.parseArgumentList(args, OpAsmParser::Delimiter::Paren) ||
      parser.parseKeyword("in") ||
      parser.parseOperandList(bounds, 3, OpAsmParser::Delimiter::Paren) ||
      parser.parseKeyword("tile"))
    return failure();
  auto tile =
      dyn_cast_or_null<DenseI64ArrayAttr>(DenseI64ArrayAttr::parse(parser, {}));
  if (!tile)
    return failure();
  result.addAttribute("tile", tile);
  for (auto [word, number] : kForeachOptions) {
    IntegerAttr value = builder.getI64IntegerAttr(number);
    if (succeeded(parser.parseOptionalKeyword(word)) &&
        parser.parseAttribute(value, builder.getI64Type()))
      return failure();
    result.addAttribute(word, value);
  }
  if (succeeded(parser.parseOptionalKeyword(kJoined)))
    result.addAttribute(kJoined, builder.getUnitAttr());
  for (OpAsmParser::Argument &arg : args)
    arg.type = index;
  Region *body = result.addRegion();
  if (parser.resolveOperands(bounds, index, result.operands) ||
      parser.parseRegion(*body, args) ||
      parser.parseOptionalAttrDict(result.attributes))
    return failure();
  ensureTerminator(*body, builder, result.location);
  return success();
}

void ForeachOp::print(OpAsmPrinter &printer) {
  printer << " (" << getBody().getArguments() << ") in (" << getOperands()
          << ") tile ";
  getTileAttr().print(printer);
  SmallVector<StringRef> printed = {"tile", kJoined};
  for (auto [word, number] : kForeachOptions) {
    int64_t value = (*this)->getAttrOfType<IntegerAttr>(word).getInt();
    if (value != number)
      printer << " " << word << " " << value;
    printed.push_back(word);
  }
  if (getJoined())
    printer << " " << kJoined;
  printer << " ";
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false,
                      /*printBlockTerminators=*/false);
  printer.printOptionalAttrDict((*this)->getAttrs(), printed);
}

LogicalResult ForeachOp::verify() {
  // foreach_c1
  if (getTile().size() != 3 ||
      !llvm::all_of(getTile(), [](int64_t size) { return size > 0; }) ||
      static_cast<int64_t>(getTurn()) <= 0 ||
      static_cast<int64_t>(getSplit()) <= 0 ||
      static_cast<int64_t>(getCluster()) <= 0 ||
      static_cast<int64_t>(getSets()) <= 0 ||
      static_cast<int64_t>(getBlocks()) < 0)
    return emitOpError("expected three positive tile sizes, a positive turn, "
                       "split, cluster and sets, and blocks of at least 0");
  // foreach_c2
  if (getBody().getNumArguments() != numArguments(getSets()) ||
      !llvm::all_of(getBody().getArgumentTypes(),
                    [](Type type) { return type.isIndex(); }))
    return emitOpError("expected a body of ")
           << numArguments(getSets())
           << " indices (row, column, tile, lower, upper, slot, first, pieces, "
              "done"
           << (getSets() > 1 ? ", piece" : "") << "), got "
           << getBody().getNumArguments() << " arguments";
  // foreach_c3
  if (getBlocks() > 0 && getSplit() > 1)
    return emitOpError("expected slices or blocks that share the tiles, got ")
           << getSplit() << " slices and " << getBlocks() << " blocks";
  // foreach_c4
  if (getBlocks() % getCluster())
    return emitOpError("expected whole clusters of ")
           << getCluster() << " blocks, got " << getBlocks() << " blocks";
  // foreach_c5
  if (getSets() > 1 && getBlocks() == 0)
    return emitOpError("expected blocks that share the tiles, whose pieces ")
           << getSets() << " sets of warps take in turn";
  return success();
}

//===----------------------------------------------------------------------===//
// pipeline
//===----------------------------------------------------------------------===//

LogicalResult PipelineOp::verify() {
  Block &consume = getConsume().front(), &produce = getProduce().front();
  // pipeline_c1
  SmallVector<Type> expected = {IndexType::get(getContext())};
  llvm::append_range(expected, getInits().getTypes());
  if (!llvm::equal(consume.getArgumentTypes(), expected))
    return emitOpError("expected consume to take an index and the ")
           << getInits().size() << " carried fragments";
  auto yield = dyn_cast<YieldOp>(consume.getTerminator());
  if (!yield || !llvm::equal(yield.getOperandTypes(), getInits().getTypes()) ||
      !llvm::equal(getResultTypes(), getInits().getTypes()))
    return emitOpError("expected consume to yield the carried fragments");
  // pipeline_c2
  if (produce.getNumArguments() != 1 ||
      !produce.getArgument(0).getType().isIndex() ||
      produce.getTerminator()->getNumOperands() != 0)
    return emitOpError(
        "expected produce to take one index and to yield nothing");
  // pipeline_c3
  if (getBuffers().empty())
    return emitOpError("expected at least one buffer");
  for (Value buffer : getBuffers()) {
    int64_t stages = cast<SmemType>(buffer.getType()).getStages();
    if (stages < 2 ||
        stages != cast<SmemType>(getBuffers()[0].getType()).getStages())
      return emitOpError("expected the same number of stages, at least 2, in "
                         "every buffer, got ")
             << stages;
  }
  return success();
}

} // namespace humming::tile
