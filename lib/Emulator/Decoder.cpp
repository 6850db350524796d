//===- Decoder.cpp - From ops to instructions -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Decodes one kernel: lays out arguments, numbers blocks, hands each op to its
// handler in an order in which operands come first, and fills the initial
// register file.
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"

#include "Machine.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Dominance.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/Twine.h"

#include <cstring>

using namespace mlir;

namespace humming::emulator {

LogicalResult refuse(Operation *op, const Twine &what) {
  return op->emitError() << "the emulator cannot run '" << op->getName()
                         << "': " << what.str();
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

std::optional<Scalar> getScalar(Type type) {
  if (auto integer = dyn_cast<IntegerType>(type)) {
    unsigned bits = integer.getWidth();
    if (bits == 0 || bits > 64)
      return std::nullopt;
    uint8_t log2Bytes = bits <= 8 ? 0 : bits <= 16 ? 1 : bits <= 32 ? 2 : 3;
    return Scalar{ScalarClass::Integer, uint8_t(bits), log2Bytes};
  }
  if (type.isF16())
    return Scalar{ScalarClass::F16, 16, 1};
  if (type.isBF16())
    return Scalar{ScalarClass::BF16, 16, 1};
  if (type.isF32())
    return Scalar{ScalarClass::F32, 32, 2};
  if (type.isF64())
    return Scalar{ScalarClass::F64, 64, 3};
  if (isa<LLVM::LLVMPointerType>(type))
    return Scalar{ScalarClass::Pointer, 64, 3};
  return std::nullopt;
}

Type getElementType(Type type) {
  if (auto vector = dyn_cast<VectorType>(type))
    return vector.getElementType();
  return type;
}

LogicalResult Decoder::flatten(Operation *op, Type type,
                               SmallVectorImpl<Scalar> &scalars) const {
  if (std::optional<Scalar> scalar = getScalar(type)) {
    scalars.push_back(*scalar);
    return success();
  }
  if (auto vector = dyn_cast<VectorType>(type)) {
    std::optional<Scalar> scalar = getScalar(vector.getElementType());
    if (scalar && !vector.isScalable() && vector.getRank() == 1) {
      scalars.append(vector.getNumElements(), *scalar);
      return success();
    }
  }
  if (auto structure = dyn_cast<LLVM::LLVMStructType>(type)) {
    for (Type field : structure.getBody())
      if (failed(flatten(op, field, scalars)))
        return failure();
    return success();
  }
  if (auto array = dyn_cast<LLVM::LLVMArrayType>(type)) {
    for (unsigned i = 0; i < array.getNumElements(); ++i)
      if (failed(flatten(op, array.getElementType(), scalars)))
        return failure();
    return success();
  }
  return op->emitError() << "the emulator has no registers for type " << type;
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

Decoder::Decoder(Program &program, Operation *kernel)
    : program(program), kernel(kernel), layout(DataLayout::closest(kernel)) {}

Plane Decoder::newPlane(unsigned log2Bytes) {
  Plane plane = nextPlane;
  nextPlane += std::max(kPlaneAlignment, kLanes << log2Bytes);
  return plane;
}

ArrayRef<Plane> Decoder::planes(Value value) const {
  auto found = values.find(value);
  assert(found != values.end() && "operands are decoded before their users");
  return found->second;
}

FailureOr<ArrayRef<Plane>> Decoder::define(Value value) {
  Operation *op = value.getDefiningOp() ? value.getDefiningOp() : kernel;
  SmallVector<Scalar> scalars;
  if (failed(flatten(op, value.getType(), scalars)))
    return failure();
  SmallVector<Plane> fresh;
  for (Scalar scalar : scalars)
    fresh.push_back(newPlane(scalar.log2Bytes));
  alias(value, fresh);
  return planes(value);
}

void Decoder::alias(Value value, ArrayRef<Plane> planes) {
  values[value] = program.copy(planes);
}

void Decoder::recordParts(ArrayRef<Plane> results, ArrayRef<Plane> sources) {
  if (results.size() <= sources.size()) {
    size_t count = sources.size() / results.size();
    for (auto [index, result] : llvm::enumerate(results))
      llvm::append_range(parts[result], sources.slice(index * count, count));
  } else {
    size_t count = results.size() / sources.size();
    for (auto [index, result] : llvm::enumerate(results))
      parts[result].push_back(sources[index / count]);
  }
}

void Decoder::appendParts(Plane plane, SmallVectorImpl<Plane> &planes) const {
  auto found = parts.find(plane);
  if (found == parts.end()) {
    planes.push_back(plane);
    return;
  }
  for (Plane part : found->second)
    appendParts(part, planes);
}

Plane Decoder::constant(uint64_t bits, unsigned log2Bytes) {
  std::pair<uint64_t, unsigned> key(bits, log2Bytes);
  auto [entry, inserted] = constants.try_emplace(key, 0);
  if (inserted) {
    entry->second = newPlane(log2Bytes);
    constantInit.push_back({entry->second, key});
  }
  return entry->second;
}

Plane Decoder::poison(unsigned log2Bytes) {
  if (!poisonPlanes[log2Bytes]) {
    poisonPlanes[log2Bytes] = newPlane(log2Bytes);
    poisons.insert(*poisonPlanes[log2Bytes]);
  }
  return *poisonPlanes[log2Bytes];
}

Plane Decoder::special(SpecialRegister name) {
  for (const SpecialPlane &special : program.specials)
    if (special.name == name)
      return special.plane;
  program.specials.push_back({name, newPlane(2)});
  return program.specials.back().plane;
}

//===----------------------------------------------------------------------===//
// Instructions
//===----------------------------------------------------------------------===//

static Step failPoison(const Instruction &inst, Warp &warp) {
  return warp.fail(inst, HazardKind::Poison, "an operand is undef or poison");
}

Instruction &Decoder::emit(Operation *op, InstructionKind kind,
                           ArrayRef<Plane> results, ArrayRef<Plane> operands) {
  Instruction inst;
  inst.kind = kind;
  inst.numResults = results.size();
  inst.numOperands = operands.size();
  inst.results = program.copy(results).data();
  inst.operands = program.copy(operands).data();
  inst.debug = program.debug.size();
  program.debug.push_back({op->getLoc(), op->getName().getStringRef()});
  program.code.push_back(inst);
  return program.code.back();
}

void Decoder::refusePoison(Instruction &inst) const {
  if (inst.passesPoison)
    return;
  for (Plane plane : ArrayRef(inst.operands, inst.numOperands)) {
    if (!poisons.contains(plane))
      continue;
    inst.pure = nullptr;
    inst.effect = failPoison;
    return;
  }
}

LogicalResult Decoder::emitElementwise(Operation *op, InstructionKind kind,
                                       PureFn pure) {
  FailureOr<ArrayRef<Plane>> results = define(op->getResult(0));
  if (failed(results))
    return failure();
  SmallVector<Plane> operands;
  for (Value operand : op->getOperands())
    llvm::append_range(operands, planes(operand));
  Instruction &inst = emit(op, kind, *results, operands);
  // Both widths are of elements; comparisons and conversions have two.
  Scalar result = *getScalar(getElementType(op->getResult(0).getType()));
  Scalar operand = *getScalar(getElementType(op->getOperand(0).getType()));
  inst.pure = pure;
  inst.elements = results->size();
  inst.resultBits = result.bits;
  inst.bits = operand.bits;
  return success();
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

Edge Decoder::edge(Block *target, ValueRange arguments) {
  SmallVector<PlaneCopy> copies;
  for (auto [argument, value] :
       llvm::zip_equal(target->getArguments(), arguments)) {
    SmallVector<Scalar> scalars;
    LogicalResult known =
        flatten(target->getParentOp(), argument.getType(), scalars);
    assert(succeeded(known) && "block arguments have been defined");
    (void)known;
    for (auto [scalar, to, from] :
         llvm::zip_equal(scalars, planes(argument), planes(value)))
      if (to != from)
        copies.push_back({to, from, scalar.log2Bytes});
  }

  // A plane that this edge also sets is saved first.
  llvm::SmallDenseSet<Plane> targets;
  for (const PlaneCopy &copy : copies)
    targets.insert(copy.to);
  SmallVector<PlaneCopy> ordered, last;
  for (PlaneCopy copy : copies) {
    if (targets.contains(copy.from)) {
      Plane saved = newPlane(copy.log2Bytes);
      ordered.push_back({saved, copy.from, copy.log2Bytes});
      copy.from = saved;
    }
    last.push_back(copy);
  }
  llvm::append_range(ordered, last);
  return {blockNumbers.lookup(target), program.copy(ArrayRef(ordered))};
}

uint32_t Decoder::reconvergence(Block *block) {
  auto *node = postDominance.getNode(block);
  auto *parent = node ? node->getIDom() : nullptr;
  Block *target = parent ? parent->getBlock() : nullptr;
  return target ? blockNumbers.lookup(target) : kNoBlock;
}

//===----------------------------------------------------------------------===//
// The kernel
//===----------------------------------------------------------------------===//

LogicalResult Decoder::defineArguments(Block &entry) {
  for (BlockArgument argument : entry.getArguments()) {
    std::optional<Scalar> scalar = getScalar(argument.getType());
    auto byValue = cast<LLVM::LLVMFuncOp>(kernel).getArgAttrOfType<TypeAttr>(
        argument.getArgNumber(), LLVM::LLVMDialect::getByValAttrName());
    if (!scalar)
      return kernel->emitError()
             << "the emulator passes scalars and pointers to kernels, got "
             << argument.getType();
    uint32_t memoryBytes = byValue ? layout.getTypeSize(byValue.getValue()) : 0;
    program.arguments.push_back(
        {newPlane(scalar->log2Bytes), scalar->log2Bytes, memoryBytes});
    program.argumentBytes.push_back(byValue ? memoryBytes : scalar->bytes());
    alias(argument, program.arguments.back().plane);
  }
  return success();
}

const HandlerTable &handlerTable() {
  static const HandlerTable table = [] {
    HandlerTable handlers;
    registerConstantHandlers(handlers);
    registerIntegerHandlers(handlers);
    registerFloatHandlers(handlers);
    registerConvertHandlers(handlers);
    registerConvertPairHandlers(handlers);
    registerVectorHandlers(handlers);
    registerMemoryHandlers(handlers);
    registerAtomicHandlers(handlers);
    registerControlHandlers(handlers);
    registerWarpHandlers(handlers);
    registerAsyncHandlers(handlers);
    registerMBarrierHandlers(handlers);
    registerBulkCopyHandlers(handlers);
    registerBulkStoreHandlers(handlers);
    registerClusterHandlers(handlers);
    registerMatrixAccessHandlers(handlers);
    registerMmaHandlers(handlers);
    registerWarpgroupHandlers(handlers);
    registerWarpgroupSyncHandlers(handlers);
    registerDependencyHandlers(handlers);
    return handlers;
  }();
  return table;
}

LogicalResult Decoder::decode(Operation *op) {
  const HandlerTable &table = handlerTable();
  StringRef name = op->getName().getStringRef();
  if (auto call = dyn_cast<LLVM::CallIntrinsicOp>(op))
    name = call.getIntrin();
  auto handler = table.find(name);
  if (handler == table.end())
    return op->emitError() << "the emulator has no handler for '" << name
                           << "'";
  size_t first = program.code.size();
  if (failed(handler->second(*this, op)))
    return failure();
  for (Instruction &inst : MutableArrayRef(program.code).drop_front(first))
    refusePoison(inst);
  return success();
}

LogicalResult Decoder::run() {
  auto function = cast<LLVM::LLVMFuncOp>(kernel);
  program.name = function.getSymName().str();
  if (function.isExternal())
    return function.emitError("the emulator needs the body of a kernel");
  if (auto threads = kernel->getAttrOfType<DenseI32ArrayAttr>("nvvm.reqntid")) {
    program.requiredThreads = 1;
    for (int32_t extent : threads.asArrayRef())
      program.requiredThreads *= extent;
  }
  if (auto blocks =
          kernel->getAttrOfType<DenseI32ArrayAttr>("nvvm.cluster_dim")) {
    ArrayRef<int32_t> extents = blocks.asArrayRef();
    if (extents[0] > int32_t(kMaxClusterBlocks) ||
        llvm::any_of(extents.drop_front(), [](int32_t e) { return e != 1; }))
      return function.emitError("expected clusters of at most ")
             << kMaxClusterBlocks << " blocks along x";
    program.clusterBlocks = extents[0];
  }
  if (failed(layoutGlobals()))
    return failure();

  Region &body = function.getBody();
  Block &entry = body.front();
  llvm::ReversePostOrderTraversal<Region *> order(&body);
  uint32_t numBlocks = 0;
  for (Block *block : order)
    blockNumbers[block] = numBlocks++;
  if (failed(defineArguments(entry)))
    return failure();
  for (Block *block : order)
    if (block != &entry)
      for (BlockArgument argument : block->getArguments())
        if (failed(define(argument)))
          return failure();

  for (Block *block : order) {
    program.blocks.push_back(program.code.size());
    for (Operation &op : *block)
      if (failed(decode(&op)))
        return failure();
  }

  program.registers.assign(nextPlane, 0);
  for (auto &[plane, value] : constantInit)
    for (unsigned lane = 0; lane < kLanes; ++lane)
      std::memcpy(&program.registers[plane + (lane << value.second)],
                  &value.first, size_t(1) << value.second);
  return success();
}

} // namespace humming::emulator
