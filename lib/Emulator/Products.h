//===- Products.h - Products of warpgroups that run -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// wgmma.mma_async starts a product and goes on. Until a wgmma.wait_group covers
// it, the product owns registers and shared memory. What it computes is there
// at once, as for cp.async; what is kept here is who may touch it.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_PRODUCTS_H
#define HUMMING_LIB_EMULATOR_PRODUCTS_H

#include "Program.h"

#include <array>
#include <deque>

namespace humming::emulator {

/// PTX ISA, wgmma: a warpgroup is four warps, the first a multiple of four.
constexpr unsigned kWarpgroupWarps = 4;

/// The products of one warp, and what each of its registers is to them.
class Products {
public:
  /// Numbers products in the order in which the warp starts them, from 1.
  using Number = uint32_t;

  /// Begins a block; registers are `registerBytes` of planes.
  void startBlock(size_t registerBytes);

  /// What an instruction does with a register, other than those below. Returns
  /// why it must not, or null.
  const char *read(Plane plane) const;
  const char *write(Plane plane);
  /// A control flow edge gives a block argument its value: the register of a
  /// running product is passed on, any other is written.
  const char *move(Plane to, Plane from);

  /// wgmma.fence: orders writes of registers before products that follow.
  void fence() { ++fences; }
  /// Registers of A of a product about to start. Null, or why it must not, with
  /// the guard that is missing in `isFence`.
  const char *readOperand(Plane plane, bool &isFence) const;
  /// The same for accumulators, of a product of `tokens` columns.
  const char *readSum(Plane plane, unsigned tokens, bool &isFence) const;
  /// The same for accumulators that start from zero: a new value, but in
  /// registers that the warp may have read or written until now.
  const char *takeRegisters(bool &isFence) const;

  /// Starts a product: `operands` are read as A, `sums` taken over, `results`
  /// what they are called from now on.
  Number start(llvm::ArrayRef<Plane> operands, llvm::ArrayRef<Plane> sums,
               llvm::ArrayRef<Plane> results, unsigned tokens);
  void commit() { groups.push_back(started); }
  /// Completes all but the latest `pending` groups.
  void wait(unsigned pending);
  /// A wait hands `from` back as `to`.
  const char *handBack(Plane to, Plane from);
  bool isDone(Number product) const { return product <= done; }

private:
  enum class Owner : uint8_t {
    Warp,    ///< an ordinary register
    Product, ///< result of a product, until a wait hands it back
    Waited,  ///< handed back by a wait that may not cover the product
    Moved    ///< taken over by another register
  };
  struct Register {
    Number product = 0;   ///< the latest that updates it
    Number reader = 0;    ///< the latest that reads it as A
    uint32_t written = 0; ///< fences before its last ordinary write
    uint16_t tokens = 0;  ///< of `product`
    Owner owner = Owner::Warp;
  };
  Register &at(Plane plane) { return registers[plane / kPlaneAlignment]; }
  const Register &at(Plane plane) const {
    return registers[plane / kPlaneAlignment];
  }
  /// Whether a product updates the register `shadow` describes, or would if
  /// nobody waited for it.
  bool isTaken(const Register &shadow) const {
    return shadow.owner == Owner::Product ||
           (shadow.owner == Owner::Waited && !isDone(shadow.product));
  }

  std::vector<Register> registers;
  std::deque<Number> groups; ///< the last product of each committed group
  Number started = 0, done = 0;
  uint32_t fences = 0;
  uint32_t handed = 0; ///< fences before a wait last gave registers to the warp
};

/// What the warps of a warpgroup must do in the same order, for all of them to
/// have done the same in the end.
class Warpgroup {
public:
  /// Descriptors of A and of B, or 0.
  using Operands = std::array<uint64_t, 2>;
  struct Meeting {
    const Instruction *inst;
    Operands operands;
  };
  /// Warp `warp` (0..3) comes to `meeting`. Null when the warps before it have
  /// come to the same, else what those came to.
  const Meeting *meet(unsigned warp, Meeting meeting);
  /// A warp that has not come to what others have, if there is one, and that.
  std::optional<std::pair<unsigned, Meeting>> missing() const;

private:
  std::deque<Meeting> meetings; ///< that some warp has not come to
  uint64_t first = 0;           ///< number of meetings[0]
  std::array<uint64_t, kWarpgroupWarps> counts = {};
};

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_PRODUCTS_H
