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

ParseResult ForeachOp::parse(OpAsmParser &parser, OperationState &result) {
  SmallVector<OpAsmParser::Argument> args;
  SmallVector<OpAsmParser::UnresolvedOperand> bounds;
  DenseI64ArrayAttr tile;
  IntegerAttr split;
  Builder &builder = parser.getBuilder();
  Type index = builder.getIndexType();
  if (parser.parseArgumentList(args, OpAsmParser::Delimiter::Paren) ||
      parser.parseKeyword("in") ||
      parser.parseOperandList(bounds, 2, OpAsmParser::Delimiter::Paren) ||
      parser.parseKeyword("tile"))
    return failure();
  tile =
      dyn_cast_or_null<DenseI64ArrayAttr>(DenseI64ArrayAttr::parse(parser, {}));
  if (!tile || parser.parseKeyword("split") ||
      parser.parseAttribute(split, builder.getI64Type()))
    return failure();
  for (OpAsmParser::Argument &arg : args)
    arg.type = index;
  result.addAttribute("tile", tile);
  result.addAttribute("split", split);
  Region *body = result.addRegion();
  if (parser.resolveOperands(bounds, index, result.operands) ||
      parser.parseRegion(*body, args) ||
      parser.parseOptionalAttrDict(result.attributes))
    return failure();
  ensureTerminator(*body, builder, result.location);
  return success();
}

void ForeachOp::print(OpAsmPrinter &printer) {
  printer << " (" << getBody().getArguments() << ") in (" << getRows() << ", "
          << getCols() << ") tile ";
  getTileAttr().print(printer);
  printer << " split " << getSplit() << " ";
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false,
                      /*printBlockTerminators=*/false);
  printer.printOptionalAttrDict((*this)->getAttrs(), {"tile", "split"});
}

LogicalResult ForeachOp::verify() {
  // foreach_c1
  if (getTile().size() != 2 || getTile()[0] <= 0 || getTile()[1] <= 0 ||
      getSplit() <= 0)
    return emitOpError("expected two positive tile sizes and a positive split");
  // foreach_c2
  if (getBody().getNumArguments() != 4 ||
      !llvm::all_of(getBody().getArgumentTypes(),
                    [](Type type) { return type.isIndex(); }))
    return emitOpError("expected a body of four indices (row, column, tile, "
                       "slice), got ")
           << getBody().getNumArguments() << " arguments";
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
