// A value is defined before something is computed from it.
gpu.module @kernels {
  llvm.func @good(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>, %n: i32)
      attributes {nvvm.kernel} {
    %undefined = llvm.mlir.poison : vector<2xf32>
    %one = llvm.mlir.constant(1.0 : f32) : f32
    %first = llvm.mlir.constant(0 : i32) : i32
    %second = llvm.mlir.constant(1 : i32) : i32
    %half = llvm.insertelement %one, %undefined[%first : i32] : vector<2xf32>
    %whole = llvm.insertelement %one, %half[%second : i32] : vector<2xf32>
    %sum = llvm.fadd %whole, %whole : vector<2xf32>
    llvm.return
  }

  // The guard is removed.
  llvm.func @bad(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>, %n: i32)
      attributes {nvvm.kernel} {
    %undefined = llvm.mlir.poison : vector<2xf32>
    %one = llvm.mlir.constant(1.0 : f32) : f32
    %first = llvm.mlir.constant(0 : i32) : i32
    %half = llvm.insertelement %one, %undefined[%first : i32] : vector<2xf32>
    %sum = llvm.fadd %half, %half : vector<2xf32>
    llvm.return
  }
}
