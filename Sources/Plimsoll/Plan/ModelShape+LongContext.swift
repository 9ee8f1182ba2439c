extension ModelShape {
  /// The same model with YaRN to `length` tokens, as `--hf-overrides` makes it, and the override itself.
  ///
  /// The factor is the length over the model's own, in steps of a half; since 0.30 the stated maximum has to be raised
  /// beside it. The rotary table grows to original × factor rows. Nil where the model has no plain rotary position.
  public func extended(to length: Int) -> (shape: ModelShape, override: String)? {
    let original = context.originalMaxPositionEmbeddings ?? context.stated
    guard context.key == "max_position_embeddings", original > 0,
      ["default", "yarn"].contains(context.ropeType ?? "default")
    else { return nil }
    let halves = (2 * length).dividedRoundingUp(by: original)
    var shape = self
    shape.context.stated = length
    shape.context.ropeType = "yarn"
    shape.context.ropeFactor = Double(halves) / 2
    shape.context.originalMaxPositionEmbeddings = original
    shape.outer = outer.map { placed in
      guard placed.module.part == .buffers, case .tensor(let dims, let cut) = placed.module.kind, dims.count == 2
      else { return placed }
      var placed = placed
      placed.module.kind = .tensor(shape: [original * halves / 2, dims[1]], cut: cut)
      return placed
    }
    let factor = halves % 2 == 0 ? "\(halves / 2).0" : "\(halves / 2).5"
    let rope =
      "{\"rope_type\": \"yarn\", \"factor\": \(factor), \"original_max_position_embeddings\": \(original)}"
    return (shape, "{\"rope_parameters\": \(rope), \"max_position_embeddings\": \(length)}")
  }
}
