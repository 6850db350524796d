//===- Problem.cpp - Problems and plans in C ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Descriptions to problems, problems to buffers and plans.
//
//===----------------------------------------------------------------------===//

#include "Internal.h"

using namespace humming;
using namespace humming::capi;
using namespace humming::jit;

// The numbers of the C enums are those of the C++ ones.
static_assert(int(HUMMING_F16) == int(ScalarKind::F16) &&
              int(HUMMING_BF16) == int(ScalarKind::BF16) &&
              int(HUMMING_F32) == int(ScalarKind::F32) &&
              int(HUMMING_E4M3) == int(ScalarKind::E4M3) &&
              int(HUMMING_E5M2) == int(ScalarKind::E5M2) &&
              int(HUMMING_UE8M0) == int(ScalarKind::UE8M0) &&
              int(HUMMING_I8) == int(ScalarKind::I8) &&
              int(HUMMING_I4) == int(ScalarKind::I4) &&
              int(HUMMING_I32) == int(ScalarKind::I32) &&
              int(HUMMING_E2M1) == int(ScalarKind::E2M1));
static_assert(int(HUMMING_ZERO_NONE) == int(ZeroKind::None) &&
              int(HUMMING_ZERO_CODE) == int(ZeroKind::Code) &&
              int(HUMMING_ZERO_NUMBER) == int(ZeroKind::Number));
static_assert(int(HUMMING_INPUT_SCALE_NONE) == int(InputScale::None) &&
              int(HUMMING_INPUT_SCALE_TENSOR) == int(InputScale::Tensor) &&
              int(HUMMING_INPUT_SCALE_TOKEN) == int(InputScale::Token));
static_assert(int(HUMMING_SCALE_DEFAULT) == int(ScalePlace::Default) &&
              int(HUMMING_SCALE_OPERAND) == int(ScalePlace::Operand) &&
              int(HUMMING_SCALE_ACCUMULATOR) == int(ScalePlace::Accumulator));
static_assert(int(HUMMING_ROLE_A) == int(BufferRole::A) &&
              int(HUMMING_ROLE_B) == int(BufferRole::B) &&
              int(HUMMING_ROLE_SCALE) == int(BufferRole::Scale) &&
              int(HUMMING_ROLE_ZERO) == int(BufferRole::Zero) &&
              int(HUMMING_ROLE_GLOBAL_SCALE) == int(BufferRole::GlobalScale) &&
              int(HUMMING_ROLE_INPUT_SCALE) == int(BufferRole::InputScale) &&
              int(HUMMING_ROLE_PERM) == int(BufferRole::Perm) &&
              int(HUMMING_ROLE_EPILOGUE) == int(BufferRole::Epilogue) &&
              int(HUMMING_ROLE_RESULT) == int(BufferRole::Result));

/// True when `value`, of an enum that came from C, is one of its numbers.
template <typename Enum> static bool isOneOf(Enum value, int first, int last) {
  return int(value) >= first && int(value) <= last;
}

static bool isScalar(hummingScalar scalar) {
  return isOneOf(scalar, HUMMING_F16, HUMMING_E2M1);
}

static hummingStatus finish(llvm::Expected<Problem> problem,
                            hummingProblem *result) {
  if (!problem)
    return report(problem.takeError());
  *result = new hummingProblemImpl{std::move(*problem)};
  return HUMMING_OK;
}

hummingStatus capi::read(const hummingGemmDescription &description,
                         GemmProblem &gemm) {
  bool hasScale = description.scale != HUMMING_NO_SCALE;
  HUMMING_EXPECT(isScalar(description.activation));
  HUMMING_EXPECT(!hasScale || isScalar(description.scale));
  HUMMING_EXPECT(isScalar(description.output));
  HUMMING_EXPECT(isScalar(description.inputScaleType));
  HUMMING_EXPECT(isOneOf(description.scalePlace, HUMMING_SCALE_DEFAULT,
                         HUMMING_SCALE_ACCUMULATOR));
  HUMMING_EXPECT(
      isOneOf(description.zero, HUMMING_ZERO_NONE, HUMMING_ZERO_NUMBER));
  HUMMING_EXPECT(isOneOf(description.inputScale, HUMMING_INPUT_SCALE_NONE,
                         HUMMING_INPUT_SCALE_TOKEN));
  HUMMING_EXPECT(description.rows >= -1);
  gemm.n = description.n;
  gemm.k = description.k;
  if (description.m)
    gemm.m = description.m;
  gemm.activation = static_cast<ScalarKind>(description.activation);
  gemm.scale = std::nullopt;
  if (hasScale)
    gemm.scale = static_cast<ScalarKind>(description.scale);
  gemm.output = static_cast<ScalarKind>(description.output);
  gemm.code = toRef(description.code).str();
  gemm.group = description.group;
  gemm.rows = description.rows == 0    ? 1
              : description.rows == -1 ? 0
                                       : description.rows;
  gemm.zero = static_cast<ZeroKind>(description.zero);
  gemm.globalScale = description.globalScale;
  gemm.inputScale = static_cast<InputScale>(description.inputScale);
  gemm.inputScaleType = static_cast<ScalarKind>(description.inputScaleType);
  gemm.inputGroup = description.inputGroup;
  gemm.perm = description.perm;
  gemm.bias = description.bias;
  gemm.scalePlace = static_cast<ScalePlace>(description.scalePlace);
  gemm.fixedOrder = description.fixedOrder;
  if (description.f16Accumulators)
    gemm.accumulator = ScalarKind::F16;
  return HUMMING_OK;
}

hummingStatus hummingProblemCreate(const hummingGemmDescription *description,
                                   hummingProblem *problem) {
  HUMMING_EXPECT(description != nullptr);
  HUMMING_EXPECT(problem != nullptr);
  GemmProblem gemm;
  if (hummingStatus status = read(*description, gemm))
    return status;
  return finish(Problem::get(gemm), problem);
}

hummingStatus hummingProblemParse(hummingString ir, hummingString source,
                                  hummingProblem *problem) {
  HUMMING_EXPECT(ir.data != nullptr);
  HUMMING_EXPECT(problem != nullptr);
  return finish(Problem::parse(toRef(ir), toRef(source)), problem);
}

void hummingProblemDestroy(hummingProblem problem) { delete problem; }

hummingStatus hummingProblemIr(hummingProblem problem, hummingString *ir) {
  HUMMING_EXPECT(problem != nullptr);
  HUMMING_EXPECT(ir != nullptr);
  *ir = toC(problem->problem.ir);
  return HUMMING_OK;
}

hummingStatus hummingProblemBufferCount(hummingProblem problem, size_t *count) {
  HUMMING_EXPECT(problem != nullptr);
  HUMMING_EXPECT(count != nullptr);
  *count = problem->problem.buffers.size();
  return HUMMING_OK;
}

hummingStatus hummingProblemBuffer(hummingProblem problem, size_t index,
                                   hummingBuffer *buffer) {
  HUMMING_EXPECT(problem != nullptr);
  HUMMING_EXPECT(index < problem->problem.buffers.size());
  HUMMING_EXPECT(buffer != nullptr);
  const BufferInfo &info = problem->problem.buffers[index];
  *buffer = {static_cast<hummingRole>(info.role), info.bytes,
             info.bytesPerToken, info.packedBytes};
  return HUMMING_OK;
}

//===----------------------------------------------------------------------===//
// Plans
//===----------------------------------------------------------------------===//

hummingStatus hummingPlanCreate(hummingProblem problem, hummingString arch,
                                hummingPlan *result) {
  HUMMING_EXPECT(problem != nullptr);
  HUMMING_EXPECT(arch.length > 0);
  HUMMING_EXPECT(result != nullptr);
  *result = new hummingPlanImpl{plan(problem->problem, toRef(arch))};
  return HUMMING_OK;
}

void hummingPlanDestroy(hummingPlan plan) { delete plan; }

hummingStatus hummingPlanCount(hummingPlan plan, size_t *count) {
  HUMMING_EXPECT(plan != nullptr);
  HUMMING_EXPECT(count != nullptr);
  *count = plan->entries.size();
  return HUMMING_OK;
}

hummingStatus hummingPlanGet(hummingPlan plan, size_t index,
                             hummingPlanEntry *entry) {
  HUMMING_EXPECT(plan != nullptr);
  HUMMING_EXPECT(index < plan->entries.size());
  HUMMING_EXPECT(entry != nullptr);
  const PlanEntry &known = plan->entries[index];
  *entry = {toC(known.symbol), known.kernels == KernelSet::Pack, known.tokens};
  return HUMMING_OK;
}
