//===- DistributePrefetch.cpp - runs of packed memory ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The threads of a block take the runs of a prefetched tile in turn.
//
//===----------------------------------------------------------------------===//

#include "Distributor.h"

#include "IndexMath.h"
#include "humming/Dialect/Humming/IR/Humming.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

void Distributor::distributePrefetch(PrefetchOp prefetch) {
  Location loc = prefetch.getLoc();
  auto type = cast<MemRefType>(prefetch.getSource().getType());
  auto layout = cast<LayoutAttr>(type.getLayout());
  int64_t rowMode = 0, colMode = layout.getRowModes().size();
  int64_t rowWeight = layout.getMode(rowMode).weight,
          colWeight = layout.getMode(colMode).weight;
  int64_t rowStride = *layout.getOffsetStride(rowMode),
          colStride = *layout.getOffsetStride(colMode);

  // In steps of the outermost modes: where the tile begins, how long it is.
  auto stepsOf = [&](Value index, int64_t weight) -> Value {
    Value number = scalars.lookupOrDefault(index);
    return weight == 1
               ? number
               : arith::DivUIOp::create(b, loc, number, constant(weight))
                     .getResult();
  };
  Value row = stepsOf(prefetch.getRow(), rowWeight),
        first = stepsOf(prefetch.getFirst(), colWeight),
        last = stepsOf(prefetch.getLast(), colWeight);
  Value rowSteps = constant(prefetch.getRows() / rowWeight),
        colSteps = arith::SubIOp::create(b, loc, last, first);

  bool joinsColumns = *prefetch.joinsColumns();
  Value runs = joinsColumns ? rowSteps : colSteps,
        parts = joinsColumns ? colSteps : rowSteps;
  int64_t bits = getElementBits(type.getElementType()),
          partBytes = prefetch.getPartElements() * bits / 8;
  Value bytes = multiply(b, loc, parts, partBytes);
  Value origin = add(b, loc, multiply(b, loc, row, rowStride),
                     multiply(b, loc, first, colStride));

  auto loop =
      scf::ForOp::create(b, loc, thread.number, runs, constant(thread.count));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value element = add(b, loc, origin,
                      multiply(b, loc, loop.getInductionVar(),
                               joinsColumns ? rowStride : colStride));
  // Memory of narrow elements is known by its bytes.
  Value offset =
      bits < 8 ? arith::DivUIOp::create(b, loc, element, constant(8 / bits))
                     .getResult()
               : element;
  BulkPrefetchOp::create(b, loc, scalars.lookupOrDefault(prefetch.getSource()),
                         offset, bytes);
}
