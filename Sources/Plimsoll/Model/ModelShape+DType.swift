extension ModelShape {
  /// The same model in a release that makes tables of image positions for four times the length, whatever the class
  /// (vLLM through 0.31 `rotary_embedding/mrope.py`).
  func withWidePositions() -> ModelShape {
    guard outer.contains(where: { $0.module.rowFactorInOlderReleases > 1 }) else { return self }
    var shape = self
    shape.outer = outer.map { placed in
      guard case .tensor(let dims, let cut) = placed.module.kind, let rows = dims.first else { return placed }
      var placed = placed
      let factor = placed.module.rowFactorInOlderReleases
      placed.module.kind = .tensor(shape: [rows * factor] + dims.dropFirst(), cut: cut)
      return placed
    }
    return shape
  }

  /// The shape with its plain weights in the type that `--dtype` makes of them; itself where the size is the same.
  func loaded(as dtype: DType) -> ModelShape {
    guard dtype.size != self.dtype.size else { return self }
    let own = self.dtype
    func retyped(_ module: Module) -> Module {
      var module = module
      if module.dtype == own { module.dtype = dtype }
      return module
    }
    var shape = self
    shape.layers = layers.map { group in
      var group = group
      group.modules = group.modules.map(retyped)
      return group
    }
    shape.outer = outer.map { placed in
      var placed = placed
      placed.module = retyped(placed.module)
      return placed
    }
    return shape
  }
}
