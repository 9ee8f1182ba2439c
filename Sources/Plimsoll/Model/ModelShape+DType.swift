extension ModelShape {
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
