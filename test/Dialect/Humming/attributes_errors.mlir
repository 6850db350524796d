// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func private @schedule_c1_stages() attributes {
  // expected-error @+1 {{expected stages of at least 1, got 0}}
  s = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 0, mma = m16n8k16, copy = sync, split_k = 1>
}

// -----

func.func private @schedule_c1_split() attributes {
  // expected-error @+1 {{expected split_k of at least 1, got -2}}
  s = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 2, mma = m16n8k16, copy = sync, split_k = -2>
}

// -----

func.func private @schedule_c1_blocks() attributes {
  // expected-error @+1 {{expected blocks of at least 0, got -1}}
  s = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 2, mma = m16n8k16, copy = sync, split_k = 1, blocks = -1>
}

// -----

func.func private @schedule_option() attributes {
  // expected-error @+1 {{expected store, blocks, prefetch, cluster, fixup or turns, got stores}}
  s = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 2, mma = m16n8k16, copy = sync, split_k = 1, stores = shared>
}

// -----

func.func private @schedule_store() attributes {
  // expected-error @+1 {{expected store = direct, shared or tma, got away}}
  s = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 2, mma = m16n8k16, copy = sync, split_k = 1, store = away>
}

// -----

func.func private @schedule_fixup() attributes {
  // expected-error @+1 {{expected fixup = memory or cluster, got shared}}
  s = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 2, mma = m16n8k16, copy = sync, split_k = 2, fixup = shared>
}

// -----

func.func private @schedule_c1_cluster() attributes {
  // expected-error @+1 {{expected cluster of at least 1, got 0}}
  s = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 2, mma = m16n8k16, copy = sync, split_k = 1, cluster = 0>
}

// -----

func.func private @schedule_c4_power() attributes {
  // expected-error @+1 {{expected cluster = 1, 2, 4 or 8, got 6}}
  s = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 2, mma = m16n8k16, copy = sync, split_k = 1, cluster = 6>
}

// -----

func.func private @schedule_c4_most() attributes {
  // expected-error @+1 {{expected cluster = 1, 2, 4 or 8, got 16}}
  s = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 2, mma = m16n8k16, copy = sync, split_k = 1, cluster = 16>
}

// -----

func.func private @schedule_c5_turns() attributes {
  // expected-error @+1 {{expected turns = 1 or 2, got 3}}
  s = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 2, mma = m16n8k16, copy = sync, split_k = 1, turns = 3>
}

// -----

func.func private @schedule_c2_rows() attributes {
  // expected-error @+1 {{expected block n to be a multiple of 16 x warps n = 128, got 64}}
  s = #humming.schedule<block = [64, 16, 64], warps = [8, 1], stages = 2, mma = m16n8k16, copy = sync, split_k = 1>
}

// -----

func.func private @schedule_c3_tokens() attributes {
  // expected-error @+1 {{expected block m to be a multiple of 8 x warps m = 16, got 8}}
  s = #humming.schedule<block = [64, 8, 64], warps = [4, 2], stages = 2, mma = m16n8k16, copy = sync, split_k = 1>
}

// -----

func.func private @numerics_kind() attributes {
  // expected-error @+2 {{expected one of [f32, f16, i32] for type of the accumulators, got: f64}}
  // expected-error @+1 {{failed to parse Humming_NumericsAttr parameter 'acc'}}
  n = #humming.numerics<acc = f64, scale = operand>
}

// -----

func.func private @order_c1_parts() attributes {
  // expected-error @+1 {{expected a slice of whole parts of at least one value, got slice 192 and part 128}}
  o = #humming.order<mma = m16n8k16, slice = 192, part = 128>
}

// -----

func.func private @order_c1_least() attributes {
  // expected-error @+1 {{expected a slice of whole parts of at least one value, got slice 64 and part 0}}
  o = #humming.order<mma = m16n8k16, slice = 64, part = 0>
}
