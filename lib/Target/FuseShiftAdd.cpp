//===- FuseShiftAdd.cpp - A shift and a sum in one instruction ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Undoes one canonicalization of LLVM's, where it costs an instruction.
//
//===----------------------------------------------------------------------===//

#include "FuseShiftAdd.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;

void humming::fuseShiftAdd(Module &module) {
  using namespace PatternMatch;
  for (Function &function : module) {
    SmallVector<WeakTrackingVH> replaced;
    for (Instruction &sum : instructions(function)) {
      Value *x;
      ConstantInt *by, *mask;
      if (!sum.getType()->isIntegerTy(32) ||
          !match(&sum, m_Add(m_OneUse(m_And(
                                 m_OneUse(m_Shl(m_Value(x), m_ConstantInt(by))),
                                 m_ConstantInt(mask))),
                             m_ConstantInt())))
        continue;
      IRBuilder<> builder(&sum);
      Value *kept = builder.CreateAnd(
          x, ConstantInt::get(mask->getType(),
                              mask->getValue().lshr(by->getValue())));
      replaced.push_back(sum.getOperand(0));
      sum.setOperand(0, builder.CreateShl(kept, by));
    }
    RecursivelyDeleteTriviallyDeadInstructions(replaced);
  }
}
