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
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;

/// PTX ISA, lop3: the table of F(a, b, c) is F of these three.
static constexpr unsigned kTableA = 0xf0;
static constexpr unsigned kTableB = 0xcc;
static constexpr unsigned kTableC = 0xaa;

/// True where `value` is an i32 operation that equals `opcode`, or or xor, of
/// its operands. An or of bits that never meet is either.
static bool actsAs(const Value *value, Instruction::BinaryOps opcode) {
  auto *logic = dyn_cast<BinaryOperator>(value);
  if (!logic || !logic->getType()->isIntegerTy(32))
    return false;
  auto *disjoint = dyn_cast<PossiblyDisjointInst>(logic);
  return logic->getOpcode() == opcode || (disjoint && disjoint->isDisjoint());
}

/// The operands of the tree of operations like `opcode` below `value`, through
/// those with one use.
static void flatten(Value *value, Instruction::BinaryOps opcode,
                    SmallVectorImpl<Value *> &leaves) {
  if (!actsAs(value, opcode) || !value->hasOneUse())
    return leaves.push_back(value);
  flatten(cast<Instruction>(value)->getOperand(0), opcode, leaves);
  flatten(cast<Instruction>(value)->getOperand(1), opcode, leaves);
}

/// A value equal to `logic` in which a mask and the constant are one lop3, or
/// null where there is none of either.
static Value *fuse(BinaryOperator &logic, Instruction::BinaryOps opcode) {
  using namespace PatternMatch;
  ConstantInt *bits;
  if (!actsAs(&logic, opcode) ||
      !match(logic.getOperand(1), m_ConstantInt(bits)))
    return nullptr;
  SmallVector<Value *> leaves;
  flatten(logic.getOperand(0), opcode, leaves);
  Value *x;
  ConstantInt *mask;
  auto *masked = find_if(leaves, [&](Value *leaf) {
    return match(leaf, m_OneUse(m_And(m_Value(x), m_ConstantInt(mask))));
  });
  if (masked == leaves.end())
    return nullptr;
  // The complement of some bits has one constant, with which ptxas fuses
  // another term; an assembly would stay apart.
  if (opcode == Instruction::Xor && mask == bits)
    return nullptr;
  leaves.erase(masked);

  unsigned both = kTableA & kTableB;
  unsigned table = opcode == Instruction::Or ? both | kTableC : both ^ kTableC;
  IRBuilder<> builder(&logic);
  Type *word = builder.getInt32Ty();
  std::string text = ("lop3.b32 $0, $1, " + Twine(mask->getZExtValue()) + ", " +
                      Twine(bits->getZExtValue()) + ", " + Twine(table) + ";")
                         .str();
  InlineAsm *assembly =
      InlineAsm::get(FunctionType::get(word, {word}, /*isVarArg=*/false), text,
                     "=r,r", /*hasSideEffects=*/false);
  Value *result = builder.CreateCall(assembly, {x});
  // The rest has no constant of its own but masks: ptxas fuses those.
  for (Value *leaf : leaves)
    result = builder.CreateBinOp(opcode, result, leaf);
  return result;
}

void humming::fuseLop3(Module &module) {
  for (Function &function : module) {
    SmallVector<WeakTrackingVH> replaced;
    for (Instruction &instruction :
         make_early_inc_range(instructions(function))) {
      auto *logic = dyn_cast<BinaryOperator>(&instruction);
      if (!logic)
        continue;
      Value *fused = fuse(*logic, Instruction::Or);
      if (!fused)
        fused = fuse(*logic, Instruction::Xor);
      if (!fused)
        continue;
      logic->replaceAllUsesWith(fused);
      replaced.push_back(logic);
    }
    RecursivelyDeleteTriviallyDeadInstructions(replaced);
  }
}
