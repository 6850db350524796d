// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @pipeline_c1_arguments(%k: index, %a: !humming_tile.smem<2x16x64xf16>, %x: !humming_tile.frag<16x8xf32>) {
  // expected-error @+1 {{expected consume to take an index and the 1 carried fragments}}
  %0 = humming_tile.pipeline from %k to %k step 64 copy "sync" buffers(%a : !humming_tile.smem<2x16x64xf16>)
      iter(%x : !humming_tile.frag<16x8xf32>) produce {
  ^bb0(%i: index):
    humming_tile.yield
  } consume {
  ^bb0(%i: index):
    humming_tile.yield %x : !humming_tile.frag<16x8xf32>
  } -> !humming_tile.frag<16x8xf32>
  return
}

// -----

func.func @pipeline_c1_yield(%k: index, %a: !humming_tile.smem<2x16x64xf16>, %x: !humming_tile.frag<16x8xf32>) {
  // expected-error @+1 {{expected consume to yield the carried fragments}}
  %0 = humming_tile.pipeline from %k to %k step 64 copy "sync" buffers(%a : !humming_tile.smem<2x16x64xf16>)
      iter(%x : !humming_tile.frag<16x8xf32>) produce {
  ^bb0(%i: index):
    humming_tile.yield
  } consume {
  ^bb0(%i: index, %acc: !humming_tile.frag<16x8xf32>):
    humming_tile.yield
  } -> !humming_tile.frag<16x8xf32>
  return
}

// -----

func.func @pipeline_c2_arguments(%k: index, %a: !humming_tile.smem<2x16x64xf16>, %x: !humming_tile.frag<16x8xf32>) {
  // expected-error @+1 {{expected produce to take one index and to yield nothing}}
  %0 = humming_tile.pipeline from %k to %k step 64 copy "sync" buffers(%a : !humming_tile.smem<2x16x64xf16>)
      iter(%x : !humming_tile.frag<16x8xf32>) produce {
  ^bb0(%i: index, %j: index):
    humming_tile.yield
  } consume {
  ^bb0(%i: index, %acc: !humming_tile.frag<16x8xf32>):
    humming_tile.yield %acc : !humming_tile.frag<16x8xf32>
  } -> !humming_tile.frag<16x8xf32>
  return
}

// -----

func.func @pipeline_c2_yield(%k: index, %a: !humming_tile.smem<2x16x64xf16>, %x: !humming_tile.frag<16x8xf32>) {
  // expected-error @+1 {{expected produce to take one index and to yield nothing}}
  %0 = humming_tile.pipeline from %k to %k step 64 copy "sync" buffers(%a : !humming_tile.smem<2x16x64xf16>)
      iter(%x : !humming_tile.frag<16x8xf32>) produce {
  ^bb0(%i: index):
    humming_tile.yield %i : index
  } consume {
  ^bb0(%i: index, %acc: !humming_tile.frag<16x8xf32>):
    humming_tile.yield %acc : !humming_tile.frag<16x8xf32>
  } -> !humming_tile.frag<16x8xf32>
  return
}

// -----

func.func @pipeline_c3_no_buffer(%k: index) {
  // expected-error @+1 {{expected at least one buffer}}
  "humming_tile.pipeline"(%k, %k) <{copy = "sync", operandSegmentSizes = array<i32: 1, 1, 0, 0>, step = 64 : i64}> ({
  ^bb0(%i: index):
    humming_tile.yield
  }, {
  ^bb0(%i: index):
    humming_tile.yield
  }) : (index, index) -> ()
  return
}

// -----

func.func @pipeline_c3_one_stage(%k: index, %a: !humming_tile.smem<1x16x64xf16>, %x: !humming_tile.frag<16x8xf32>) {
  // expected-error @+1 {{expected the same number of stages, at least 2, in every buffer, got 1}}
  %0 = humming_tile.pipeline from %k to %k step 64 copy "sync" buffers(%a : !humming_tile.smem<1x16x64xf16>)
      iter(%x : !humming_tile.frag<16x8xf32>) produce {
  ^bb0(%i: index):
    humming_tile.yield
  } consume {
  ^bb0(%i: index, %acc: !humming_tile.frag<16x8xf32>):
    humming_tile.yield %acc : !humming_tile.frag<16x8xf32>
  } -> !humming_tile.frag<16x8xf32>
  return
}

// -----

func.func @pipeline_c3_different_stages(%k: index, %a: !humming_tile.smem<2x16x64xf16>, %b: !humming_tile.smem<3x16x64xf16>,
    %x: !humming_tile.frag<16x8xf32>) {
  // expected-error @+1 {{expected the same number of stages, at least 2, in every buffer, got 3}}
  %0 = humming_tile.pipeline from %k to %k step 64 copy "sync" buffers(%a, %b : !humming_tile.smem<2x16x64xf16>, !humming_tile.smem<3x16x64xf16>)
      iter(%x : !humming_tile.frag<16x8xf32>) produce {
  ^bb0(%i: index):
    humming_tile.yield
  } consume {
  ^bb0(%i: index, %acc: !humming_tile.frag<16x8xf32>):
    humming_tile.yield %acc : !humming_tile.frag<16x8xf32>
  } -> !humming_tile.frag<16x8xf32>
  return
}
