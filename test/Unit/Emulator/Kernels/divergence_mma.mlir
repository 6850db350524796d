// All lanes of a warp execute mma together.
gpu.module @kernels {
  llvm.func @good(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>, %n: i32)
      attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %c16 = llvm.mlir.constant(16 : i32) : i32
    %some = llvm.icmp "ult" %tid, %c16 : i32
    %a = llvm.mlir.zero : vector<2xf16>
    %c = llvm.mlir.zero : f32
    llvm.cond_br %some, ^then, ^join
  ^then:
    llvm.br ^join
  ^join:
    %d = nvvm.mma.sync A[%a, %a] B[%a] C[%c, %c, %c, %c]
      {layoutA = #nvvm.mma_layout<row>, layoutB = #nvvm.mma_layout<col>, shape = #nvvm.shape<m = 16, n = 8, k = 8>}
      : (vector<2xf16>, vector<2xf16>, f32) -> !llvm.struct<(f32, f32, f32, f32)>
    llvm.return
  }

  // The guard is removed.
  llvm.func @bad(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>, %n: i32)
      attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %c16 = llvm.mlir.constant(16 : i32) : i32
    %some = llvm.icmp "ult" %tid, %c16 : i32
    %a = llvm.mlir.zero : vector<2xf16>
    %c = llvm.mlir.zero : f32
    llvm.cond_br %some, ^then, ^join
  ^then:
    %d = nvvm.mma.sync A[%a, %a] B[%a] C[%c, %c, %c, %c]
      {layoutA = #nvvm.mma_layout<row>, layoutB = #nvvm.mma_layout<col>, shape = #nvvm.shape<m = 16, n = 8, k = 8>}
      : (vector<2xf16>, vector<2xf16>, f32) -> !llvm.struct<(f32, f32, f32, f32)>
    llvm.br ^join
  ^join:
    llvm.return
  }
}
