//===- ScalarTypes.cpp - Builtin element types as scalar kinds ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One line per scalar kind.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/Dialect/Humming/IR/Humming.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;
using namespace humming;

std::optional<ScalarKind> humming::scalarKind(Type type) {
  if (type.isF16())
    return ScalarKind::F16;
  if (type.isBF16())
    return ScalarKind::BF16;
  if (type.isF32())
    return ScalarKind::F32;
  if (isa<Float8E4M3FNType>(type))
    return ScalarKind::E4M3;
  if (isa<Float8E5M2Type>(type))
    return ScalarKind::E5M2;
  if (isa<Float4E2M1FNType>(type))
    return ScalarKind::E2M1;
  if (isa<Float8E8M0FNUType>(type))
    return ScalarKind::UE8M0;
  if (type.isSignlessInteger(8))
    return ScalarKind::I8;
  if (type.isSignlessInteger(4))
    return ScalarKind::I4;
  if (type.isSignlessInteger(32))
    return ScalarKind::I32;
  return std::nullopt;
}

Type humming::scalarType(MLIRContext *context, ScalarKind kind) {
  switch (kind) {
  case ScalarKind::F16:
    return Float16Type::get(context);
  case ScalarKind::BF16:
    return BFloat16Type::get(context);
  case ScalarKind::F32:
    return Float32Type::get(context);
  case ScalarKind::E4M3:
    return Float8E4M3FNType::get(context);
  case ScalarKind::E5M2:
    return Float8E5M2Type::get(context);
  case ScalarKind::E2M1:
    return Float4E2M1FNType::get(context);
  case ScalarKind::UE8M0:
    return Float8E8M0FNUType::get(context);
  case ScalarKind::I8:
    return IntegerType::get(context, 8);
  case ScalarKind::I4:
    return IntegerType::get(context, 4);
  case ScalarKind::I32:
    return IntegerType::get(context, 32);
  }
  llvm_unreachable("unknown scalar kind");
}

ScalarKind humming::accumulatorKind(AccKind acc) {
  switch (acc) {
  case AccKind::F32:
    return ScalarKind::F32;
  case AccKind::F16:
    return ScalarKind::F16;
  case AccKind::I32:
    return ScalarKind::I32;
  }
  llvm_unreachable("unknown accumulator kind");
}
