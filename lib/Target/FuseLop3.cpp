//===- FuseLop3.cpp - Two logic operations in one instruction -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes lop3.b32 as inline PTX, the one way to reach it from LLVM IR. Without
// side effects, so that the scheduler may move it.
//
//===----------------------------------------------------------------------===//

#include "FuseLop3.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/PatternMatch.h"

using namespace llvm;

/// PTX ISA, lop3: the table of F(a, b, c) is F of these three.
static constexpr unsigned kTableA = 0xf0;
static constexpr unsigned kTableB = 0xcc;
static constexpr unsigned kTableC = 0xaa;

/// One lop3 with the value of `logic`, or null where it is something else.
static Value *fuse(BinaryOperator &logic) {
  using namespace PatternMatch;
  Value *x;
  ConstantInt *mask, *bits;
  auto masked = m_OneUse(m_And(m_Value(x), m_ConstantInt(mask)));
  unsigned table;
  if (match(&logic, m_Or(masked, m_ConstantInt(bits))))
    table = (kTableA & kTableB) | kTableC;
  else if (match(&logic, m_Xor(masked, m_ConstantInt(bits))))
    table = (kTableA & kTableB) ^ kTableC;
  else
    return nullptr;

  IRBuilder<> builder(&logic);
  Type *word = builder.getInt32Ty();
  std::string text = ("lop3.b32 $0, $1, " + Twine(mask->getZExtValue()) + ", " +
                      Twine(bits->getZExtValue()) + ", " + Twine(table) + ";")
                         .str();
  InlineAsm *assembly =
      InlineAsm::get(FunctionType::get(word, {word}, /*isVarArg=*/false), text,
                     "=r,r", /*hasSideEffects=*/false);
  return builder.CreateCall(assembly, {x});
}

void humming::fuseLop3(Module &module) {
  for (Function &function : module)
    for (Instruction &instruction :
         make_early_inc_range(instructions(function))) {
      auto *logic = dyn_cast<BinaryOperator>(&instruction);
      if (!logic || !logic->getType()->isIntegerTy(32))
        continue;
      Value *fused = fuse(*logic);
      if (!fused)
        continue;
      auto *masked = cast<Instruction>(logic->getOperand(0));
      logic->replaceAllUsesWith(fused);
      logic->eraseFromParent();
      masked->eraseFromParent();
    }
}
