//===- Support.h - Layouts under test ---------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A context, layouts read from their own syntax, and the atoms of the table.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TEST_UNIT_HUMMINGTILE_SUPPORT_H
#define HUMMING_TEST_UNIT_HUMMINGTILE_SUPPORT_H

#include "humming/Dialect/HummingTile/IR/Layout.h"
#include "humming/Target/MmaAtom.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/MLIRContext.h"

#include "gtest/gtest.h"
#include <set>

namespace humming::tile {

class LayoutTest : public ::testing::Test {
protected:
  LayoutTest() { context.loadDialect<HummingTileDialect>(); }

  /// `#humming_tile.layout<text>`.
  LayoutAttr layout(llvm::StringRef text) {
    std::string whole = ("#humming_tile.layout<" + text + ">").str();
    auto result = llvm::dyn_cast_or_null<LayoutAttr>(
        mlir::parseAttribute(whole, &context));
    EXPECT_TRUE(result) << whole;
    return result;
  }

  const MmaAtom &atom(llvm::StringRef name) {
    return *lookupMmaAtom(name, ScalarKind::F16, ScalarKind::F16,
                          ScalarKind::F32);
  }

  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
};

using Coordinates = std::pair<int64_t, int64_t>;

} // namespace humming::tile

#endif // HUMMING_TEST_UNIT_HUMMINGTILE_SUPPORT_H
